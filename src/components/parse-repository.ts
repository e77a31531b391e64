import * as z from "zod/mini";
import { parseRegistryHost } from "../oci/image-reference.ts";
import { isRepositoryName } from "../oci/name.ts";
import { ComponentError } from "./component-error.ts";
import { ARCHIVE_FORMATS, type ArchiveFormat, type RepositorySpec } from "./repository-spec.ts";

type Kind = RepositorySpec["kind"];

const KINDS: ReadonlyMap<string, Kind> = new Map([
  ["oci", "registry"],
  ["OCI", "registry"],
  ["OCIRepository", "registry"],
  ["OCIRegistry", "registry"],
  ["ociRegistry", "registry"],
  ["ctf", "ctf"],
  ["CTF", "ctf"],
  ["CommonTransportFormat", "ctf"],
  ["ca", "component-archive"],
  ["ComponentArchive", "component-archive"],
]);

const TYPE = /^\+?([A-Za-z][A-Za-z0-9]*)(?:\/v1)?(?:\+([a-z]+))?::/;
const ARCHIVE_NAME = /\.(?:tar|tgz|tar\.gz)$/i;
const DOMAIN = /^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}(?:\/|$)/;

const specSchema = z.looseObject({
  type: z.optional(z.string()),
  baseUrl: z.optional(z.string()),
  subPath: z.nullish(z.string()),
  componentNameMapping: z.nullish(z.string()),
  filePath: z.optional(z.string()),
  fileFormat: z.nullish(z.string()),
});

/**
 * Parses what names a repository: `[+][type[+format]::]<place>`, where the place is `[http://|https://|oci://]host[:port][/path]`, a path,
 * or a specification in JSON. Without a type: `file://` and what begins with `/`, `./`, `../` is a file or folder; what has a scheme or a
 * port, is `localhost` or looks like a domain is a registry; the rest is a file or folder.
 * @throws ComponentError `invalid`
 */
export function parseRepository(text: string): RepositorySpec {
  const [prefix = "", type, named] = TYPE.exec(text) ?? [];
  const rest = text.slice(prefix.length);
  // it says that an archive is to be made, which writing does anyway
  const place = prefix === "" ? rest.replace(/^\+/, "") : rest;
  const kind = type === undefined ? undefined : kindOf(type, text);
  if (place === "") throw malformed(text, "it names no place");
  const format = formatOf(named, text);
  if (place.startsWith("{")) return fromJson(place, { text, kind, format });
  if ((kind ?? guess(place)) === "registry") return registry(place, text);
  return { kind: kind === "component-archive" ? kind : "ctf", path: place.replace(/^file:\/\//, ""), ...(format && { format }) };
}

function guess(place: string): Kind {
  if (place.startsWith("file://")) return "ctf";
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(place)) return "registry";
  if (/^(?:\/|\.\.?\/|\.\.?$)/.test(place)) return "ctf";
  if (place.includes(":") || /^localhost(?:\/|$)/.test(place)) return "registry";
  if (ARCHIVE_NAME.test(place)) return "ctf";
  return DOMAIN.test(place) ? "registry" : "ctf";
}

function registry(place: string, text: string, given?: string): RepositorySpec {
  const [, scheme, address = ""] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/i.exec(place) ?? [];
  if (scheme !== undefined && !["http", "https", "oci"].includes(scheme.toLowerCase())) throw malformed(text, `${scheme}:// is no address of a registry`);
  const slash = address.indexOf("/");
  const path = trimSlashes(slash < 0 ? "" : address.slice(slash));
  if (given !== undefined && path !== "") throw malformed(text, "there is a path in baseUrl and in subPath");
  const subPath = given === undefined ? path : trimSlashes(given);
  if (subPath !== "" && !isRepositoryName(subPath))
    throw malformed(text, `'${subPath.slice(0, 80)}' is no path of a registry: expected lower-case letters and digits, parts joined by /`);
  const plainHttp = scheme === undefined || scheme.toLowerCase() === "oci" ? undefined : scheme.toLowerCase() === "http";
  const host = hostOf(slash < 0 ? address : address.slice(0, slash), text);
  return { kind: "registry", host, ...(subPath !== "" && { subPath }), ...(plainHttp !== undefined && { plainHttp }) };
}

function hostOf(host: string, text: string): string {
  try {
    return parseRegistryHost(host);
  } catch (cause) {
    throw malformed(text, `'${host.slice(0, 80)}' is no host`, cause);
  }
}

interface Given {
  readonly text: string;
  readonly kind: Kind | undefined;
  readonly format: ArchiveFormat | undefined;
}

/** A specification as `repositoryContexts` have it. */
function fromJson(json: string, { text, kind, format }: Given): RepositorySpec {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw malformed(text, "it begins with { and is no JSON", cause);
  }
  const parsed = specSchema.safeParse(value);
  if (!parsed.success) throw malformed(text, `its field ${parsed.error.issues[0]?.path.join(".")} is wrong`);
  const { type, baseUrl, subPath, componentNameMapping, filePath, fileFormat } = parsed.data;
  const named = type === undefined ? undefined : kindOf(type.replace(/\/v1$/, ""), text);
  const effective = kind ?? named ?? (filePath === undefined ? "registry" : "ctf");
  if (effective !== "registry") {
    if (filePath === undefined) throw malformed(text, "it has no filePath");
    const packed = format ?? formatOf(fileFormat ?? undefined, text);
    return { kind: effective, path: filePath, ...(packed && { format: packed }) };
  }
  if (baseUrl === undefined) throw malformed(text, "it has no baseUrl");
  if (componentNameMapping && componentNameMapping !== "urlPath")
    throw malformed(text, `the mapping '${componentNameMapping}' of component names is not supported`);
  return registry(baseUrl, text, subPath || undefined);
}

function kindOf(type: string, text: string): Kind {
  const kind = KINDS.get(type);
  if (kind === undefined) throw malformed(text, `'${type}' is no type of a repository: expected ${[...KINDS.keys()].join(", ")}`);
  return kind;
}

function formatOf(format: string | undefined, text: string): ArchiveFormat | undefined {
  if (format === undefined || format === "") return undefined;
  const found = ARCHIVE_FORMATS.find((each) => each === format);
  if (found === undefined) throw malformed(text, `'${format}' is no format of an archive: expected ${ARCHIVE_FORMATS.join(", ")}`);
  return found;
}

function trimSlashes(path: string): string {
  return path.replace(/^\/+|\/+$/g, "");
}

function malformed(text: string, why: string, cause?: unknown): ComponentError {
  return new ComponentError("invalid", `'${text.slice(0, 160)}' is no component repository: ${why}`, { cause });
}
