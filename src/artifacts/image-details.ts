import { asArray, asObject, asText, type JsonObject, parseJsonObject } from "./json.ts";
import { cleanText } from "./text.ts";

/** What an image's config says of running it (image-spec, config.md). Texts and lists are cut where they are overlong. */
export interface ImageDetails {
  readonly created: string | null;
  readonly entrypoint: string[];
  readonly command: string[];
  readonly user: string | null;
  readonly workingDirectory: string | null;
  /** `NAME=value`. */
  readonly environment: string[];
  readonly ports: string[];
  readonly volumes: string[];
}

/** Bytes of a text, and entries of a list. */
const TEXT_LIMIT = 2048;
const LIST_LIMIT = 200;

/** @throws ContentError for what is no config */
export function parseImageDetails(bytes: Uint8Array): ImageDetails {
  const document = parseJsonObject(bytes, "the image config");
  const config: JsonObject = asObject(document.config) ?? {};
  return {
    created: text(document.created),
    entrypoint: texts(config.Entrypoint),
    command: texts(config.Cmd),
    user: text(config.User),
    workingDirectory: text(config.WorkingDir),
    environment: texts(config.Env),
    ports: keys(config.ExposedPorts),
    volumes: keys(config.Volumes),
  };
}

function text(value: unknown): string | null {
  const found = asText(value);
  return found === undefined || found === "" ? null : cleanText(found, TEXT_LIMIT);
}

function texts(value: unknown): string[] {
  return asArray(value)
    .slice(0, LIST_LIMIT)
    .flatMap((item) => (typeof item === "string" ? [cleanText(item, TEXT_LIMIT)] : []));
}

function keys(value: unknown): string[] {
  return texts(Object.keys(asObject(value) ?? {}).sort());
}
