import { MetadataStoreError } from "../storage/metadata/error.ts";
import type { Config } from "./schema.ts";
import { SettingError, type SettingErrorKind } from "./setting-error.ts";

const KINDS: Readonly<Record<string, SettingErrorKind>> = {
  unavailable: "network",
  timeout: "network",
  denied: "invalid",
  absent: "invalid",
  "newer-schema": "invalid",
  "older-schema": "invalid",
  "in-use": "invalid",
  "too-few-connections": "invalid",
  unsupported: "invalid",
};

/** An error of opening the database, with the setting that names it. Other errors stay as they are. */
export function asDatabaseError({ storage: { metadata } }: Config, error: unknown): unknown {
  // A clock is no setting.
  if (!(error instanceof MetadataStoreError) || error.reason === "clock") return error;
  return new SettingError(settingOf(metadata, error), error.message, { kind: KINDS[error.reason] ?? "general", cause: error });
}

function settingOf({ driver, urlFile }: Config["storage"]["metadata"], { reason }: MetadataStoreError): string {
  if (driver === "sqlite") return "storage.metadata.path";
  if (reason === "too-few-connections") return "storage.metadata.connections";
  return urlFile === undefined ? "storage.metadata.url" : "storage.metadata.urlFile";
}
