import { OCI_IMAGE_CONFIG } from "../oci/media-types.ts";

const EXAMPLE = "application/vnd.example.report.v1+json";

/** RFC 6838, section 4.2: characters of a name; each part has at most 127. */
const NAME = /^[a-z0-9][a-z0-9!#$&^_.+-]{0,126}$/;

/** Suffixes that name a format or a compression (IANA, "Structured Syntax Suffixes", and what OCI uses besides). */
const FORMATS: ReadonlySet<string> = new Set(
  "json yaml xml cbor cbor-seq json-seq der ber fastinfoset jwt sd-jwt cwt wbxml sqlite3 tlv cose zip gzip zstd tar toml wasm".split(" "),
);

const VERSION = /^v[0-9]+(?:(?:alpha|beta|rc)[0-9]*)?$/;

/**
 * Checks the name of a new type of artifact: `application/<tree>.<vendor>.<object>[.<more>].<version>[+<format>]` in lower case (OCI
 * artifacts, artifact-authors.md, "Defining a Unique Artifact Type").
 * @returns the part that is wrong and how it should look, in one line, or undefined
 */
export function checkTypeName(type: string): string | undefined {
  const [top, subtype, ...more] = type.split("/");
  if (!top || !subtype || more.length > 0) return `expected a media type of two parts, e.g. ${EXAMPLE}`;
  if (type !== type.toLowerCase()) return `upper-case letters: write ${type.toLowerCase()}`;
  if (!NAME.test(top) || !NAME.test(subtype)) return `expected at most 127 characters a-z 0-9 . _ + - after each /, and no parameters, e.g. ${EXAMPLE}`;
  if (top !== "application") return `registration tree: expected application/, not ${top}/, e.g. ${EXAMPLE}`;
  const [name = "", ...suffixes] = subtype.split("+");
  return treeProblem(type, name) ?? nameProblem(name, suffixes) ?? formatProblem(name, suffixes);
}

function treeProblem(type: string, name: string): string | undefined {
  if (type === OCI_IMAGE_CONFIG || name.startsWith("vnd.oci.image.")) return "vnd.oci.image is reserved for container images: take a vendor name of your own";
  if (/^(?:vnd|prs|x)\./.test(name)) return undefined;
  return `registration tree: expected vnd. (vendor), prs. (personal) or x. (unregistered) after application/, e.g. ${EXAMPLE}`;
}

function nameProblem(name: string, suffixes: readonly string[]): string | undefined {
  const [tree = "", vendor = "", ...rest] = name.split(".");
  const ending = suffixes.map((suffix) => `+${suffix}`).join("");
  if (name.split(".").includes("")) return `expected a name between any two dots, e.g. ${EXAMPLE}`;
  if (vendor === "" || VERSION.test(vendor)) return `vendor: expected the organisation after ${tree}., e.g. application/${tree}.example.report.v1${ending}`;
  const version = rest.findIndex((facet) => VERSION.test(facet));
  if (rest.length === 0 || version === 0)
    return `object type: expected what the artifact is after the vendor, e.g. application/${tree}.${vendor}.report.v1${ending}`;
  if (version < 0) return `version: expected v1, v2 and so on as the last part of the name, e.g. application/${name}.v1${ending}`;
  return undefined;
}

function formatProblem(name: string, suffixes: readonly string[]): string | undefined {
  const unknown = suffixes.find((suffix) => !FORMATS.has(suffix));
  if (unknown === undefined) return undefined;
  if (VERSION.test(unknown)) return `version: it stands before the format, e.g. application/${name}.${unknown}+json`;
  return `format suffix: '+${unknown}' is not known; expected one such as +json, +yaml, +tar, +gzip or +zip, or none when there is no config`;
}
