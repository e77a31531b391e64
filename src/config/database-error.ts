import { MetadataStoreError } from "../storage/metadata/error.ts";
import type { Config } from "./schema.ts";
import { SettingError, type SettingErrorKind } from "./setting-error.ts";

const KINDS: Readonly<Record<string, SettingErrorKind>> = {
  unavailable: "network",
  timeout: "network",
  denied: "permission",
  absent: "not-found",
  "newer-schema": "invalid",
  "older-schema": "invalid",
  "in-use": "invalid",
};

/** An error of opening the database, with the setting that names it. Other errors stay as they are. */
export function asDatabaseError({ storage: { metadata } }: Config, error: unknown): unknown {
  // A clock is no setting.
  if (!(error instanceof MetadataStoreError) || error.reason === "clock") return error;
  const setting = metadata.driver === "sqlite" ? "storage.metadata.path" : metadata.urlFile === undefined ? "storage.metadata.url" : "storage.metadata.urlFile";
  return new SettingError(setting, error.message, { kind: KINDS[error.reason] ?? "general", cause: error });
}
