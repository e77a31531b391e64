import { posix } from "node:path";
import type { Descriptor } from "../oci/descriptor.ts";
import { digestEncoded } from "../oci/digest.ts";
import { ClientError } from "./client-error.ts";

/** image-spec, annotations.md: the name of a file in an artifact. */
export const TITLE = "org.opencontainers.image.title";

/** Bytes of a part of a path that file systems take. */
const PART_LIMIT = 255;

/** Control characters, and what would turn the text around it. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** ORAS: the layer is a folder, packed as a tar archive whose names begin with its title. */
export const UNPACK = "io.deis.oras.content.unpack";

/** ModelPack, "Layer Annotations": the path of a file of a model. */
const MODEL_PATH = "org.cncf.model.filepath";

/** A layer's name by its type; undefined where it has none. */
export type NameOfLayer = (layer: Pick<Descriptor, "digest" | "mediaType">) => string | undefined;

/**
 * The names under which layers are written, relative to a folder: their titles, else what `nameOf` says, else their digests. Several that
 * would have the same name of their type have a part of their digest in it.
 * @throws ClientError `invalid` for a title that leads out of the folder, or that is no file name
 */
export function fileNamesOf(layers: readonly Pick<Descriptor, "digest" | "mediaType" | "annotations">[], nameOf: NameOfLayer = () => undefined): string[] {
  const titles = layers.map(titleOf);
  const named = layers
    .map((layer, at) => (titles[at] === undefined ? nameOf(layer) : undefined))
    .map((name) => (name === undefined || titleProblem(name) ? undefined : name));
  const uses = (name: string) => new Set(layers.filter((_, at) => titles[at] === name || named[at] === name).map(({ digest }) => digest)).size;
  return layers.map(({ digest }, at) => {
    const name = named[at];
    return titles[at] ?? (name === undefined ? digestEncoded(digest) : uses(name) > 1 ? numbered(name, digest) : name);
  });
}

/** `sbom.spdx.json` → `sbom-0123456789ab.spdx.json` */
function numbered(name: string, digest: Descriptor["digest"]): string {
  const at = name.search(/\.(?![0-9])/);
  const part = `-${digestEncoded(digest).slice(0, 12)}`;
  return at <= 0 ? name + part : name.slice(0, at) + part + name.slice(at);
}

function titleOf({ digest, annotations }: Pick<Descriptor, "digest" | "annotations">): string | undefined {
  const title = annotations?.[TITLE] ?? annotations?.[MODEL_PATH];
  if (title === undefined) return undefined;
  // a folder may be the output folder itself
  if (title === "." && annotations?.[UNPACK] === "true") return title;
  const problem = titleProblem(title.replace(annotations?.[UNPACK] === "true" ? /(?<=[^/])\/+$/ : /$^/, ""));
  if (problem === undefined) return posix.normalize(title).replace(/\/$/, "");
  throw new ClientError("invalid", `the layer ${digest} has a file name that is not safe (${problem}): nothing was written`);
}

/** Why a title is no file name below a folder; undefined when it is one. */
export function titleProblem(title: string): string | undefined {
  const parts = title.split("/");
  if (title === "" || title.endsWith("/")) return "it is empty or a folder's";
  if (title.startsWith("/") || /^[A-Za-z]:/.test(title)) return "it is absolute";
  if (parts.includes("..")) return "it leads out of the folder";
  if (title.includes("\\") || UNPRINTABLE.test(title)) return "it has characters that no name should have";
  if (parts.every((part) => part === "" || part === ".")) return "it names the folder itself";
  if (parts.some((part) => Buffer.byteLength(part) > PART_LIMIT)) return `a part of it is longer than ${PART_LIMIT} bytes`;
  return undefined;
}

/** @throws ClientError `invalid` when two layers would be the same file, or one the folder of another */
export function checkDistinct(names: readonly string[]): void {
  const sorted = [...names].sort();
  for (const [at, name] of sorted.entries()) {
    if (sorted[at + 1] === name) throw new ClientError("invalid", `the artifact has two files of the name '${name}': nothing was written`);
    if (names.some((other) => other.startsWith(`${name}/`))) {
      throw new ClientError("invalid", `the artifact has '${name}' both as a file and as a folder: nothing was written`);
    }
  }
}
