import { abbreviate, type Digest, parseDigest } from "./digest.ts";
import { RegistryError } from "./errors.ts";
import { NAME_LIMIT, parseRepositoryName, type RepositoryName } from "./name.ts";
import { parseTag, type Tag } from "./tag.ts";

/** The registry that a reference without a host names. */
export const DEFAULT_REGISTRY = "docker.io";

/** The tag that a reference without tag and digest stands for. */
export const DEFAULT_TAG = "latest" as Tag;

/** What people write to name an artifact: `host[:port]/name[:tag][@digest]`. */
export interface ImageReference {
  /** Host and port as written, in lower case; `docker.io` for Docker Hub. */
  readonly registry: string;
  readonly repository: RepositoryName;
  readonly tag: Tag | undefined;
  readonly digest: Digest | undefined;
}

/** RFC 1123 names, IPv4, or IPv6 in brackets, with an optional port. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])(?::[0-9]{1,5})?$/;

const HIGHEST_PORT = 65_535;

/** A registry without anything in it. Docker would take the port for a tag, and look for a name with a dot on Docker Hub. */
const HOST_ALONE =
  /^(?:localhost(?::[0-9]+)?|[0-9]{1,3}(?:\.[0-9]{1,3}){3}(?::[0-9]+)?|[a-z0-9-]+(?:\.[a-z0-9-]+)+:[0-9]{1,5}|\[[0-9a-f:.]+\](?::[0-9]+)?)\/?$/i;

/** The text without `http://` or `https://`; and without the `/` that ends the address of a server. */
export function withoutWebScheme(text: string): string {
  const bare = text.replace(/^https?:\/\//i, "");
  return bare === text ? text : bare.replace(/^([^/]+)\/$/, "$1");
}

/** Characters of a whole reference: host and name, tag, and the longest digest. */
const LENGTH_LIMIT = 2 * NAME_LIMIT + 128 + 140;

/**
 * Parses a reference as docker does, where `http://` and `https://` may stand in front, as servers print their address: the part before
 * the first `/` is a host when it has a `.`, a `:` or a capital letter, or is `localhost`; without a host it is on Docker Hub, where a name of one part is below `library/`.
 * @throws RegistryError `NAME_INVALID`, `TAG_INVALID` or `DIGEST_INVALID`
 */
export function parseImageReference(text: string): ImageReference {
  if (text === "" || text.length > LENGTH_LIMIT) throw malformed(text);
  if (HOST_ALONE.test(withoutWebScheme(text))) throw malformed(text, "it names a registry and nothing in it");
  const at = text.indexOf("@");
  const digest = at < 0 ? undefined : parseDigest(text.slice(at + 1));
  const named = at < 0 ? text : text.slice(0, at);
  const colon = named.lastIndexOf(":");
  const hasTag = colon > named.lastIndexOf("/") && colon > named.lastIndexOf("]");
  const tag = hasTag ? parseTag(named.slice(colon + 1)) : undefined;
  return { ...parseRepositoryReference(hasTag ? named.slice(0, colon) : named), tag, digest };
}

/**
 * Parses `host[:port]/name`, a reference without tag and digest.
 * @throws RegistryError `NAME_INVALID`
 */
export function parseRepositoryReference(written: string): Pick<ImageReference, "registry" | "repository"> {
  const text = withoutWebScheme(written);
  if (/^[a-z][a-z+.-]*:\/\//i.test(text)) throw malformed(text, "leave out the scheme");
  if (HOST_ALONE.test(text)) throw malformed(text, "it names a registry and nothing in it");
  const slash = text.indexOf("/");
  const first = slash < 0 ? "" : text.slice(0, slash);
  // behind a scheme stands a host, whatever it is called
  if (text === written && !isHostPart(first)) return onDockerHub(text);
  const registry = parseRegistryHost(first);
  const name = text.slice(slash + 1);
  return registry === DEFAULT_REGISTRY ? onDockerHub(name) : { registry, repository: parseRepositoryName(name) };
}

/**
 * Parses the host of a registry, `host[:port]`, as it is or as the address of a web page. Docker Hub's other names become `docker.io`.
 * @throws RegistryError `NAME_INVALID`
 */
export function parseRegistryHost(written: string): string {
  const text = withoutWebScheme(written);
  const host = text.toLowerCase();
  if (!isRegistryHost(text)) {
    throw new RegistryError("NAME_INVALID", `invalid registry host '${abbreviate(text)}': expected host or host:port, e.g. registry.example.com:5000`);
  }
  return host === "index.docker.io" || host === "registry-1.docker.io" || host === "registry.hub.docker.com" ? DEFAULT_REGISTRY : host;
}

/** True for what `parseRegistryHost` takes. */
export function isRegistryHost(text: string): boolean {
  const port = /:([0-9]+)$/.exec(text)?.[1];
  return HOST.test(text.toLowerCase()) && Number(port ?? 1) <= HIGHEST_PORT && Number(port ?? 1) > 0;
}

/** Writes a reference in full; parsing it again gives the same. */
export function formatImageReference(reference: ImageReference): string {
  const tag = reference.tag === undefined ? "" : `:${reference.tag}`;
  const digest = reference.digest === undefined ? "" : `@${reference.digest}`;
  // without a scheme a host of one word would be the first part of a name on Docker Hub
  const registry = isHostPart(reference.registry) ? reference.registry : `https://${reference.registry}`;
  return `${registry}/${reference.repository}${tag}${digest}`;
}

/** The `<tag-or-digest>` to ask the registry for: the digest where there is one, else the tag, else `latest`. */
export function manifestReferenceOf(reference: Pick<ImageReference, "tag" | "digest">): Tag | Digest {
  return reference.digest ?? reference.tag ?? DEFAULT_TAG;
}

function isHostPart(first: string): boolean {
  return first.includes(".") || first.includes(":") || first === "localhost" || first !== first.toLowerCase();
}

function onDockerHub(name: string): Pick<ImageReference, "registry" | "repository"> {
  const repository = parseRepositoryName(name);
  return { registry: DEFAULT_REGISTRY, repository: name.includes("/") ? repository : parseRepositoryName(`library/${name}`) };
}

function malformed(text: string, hint?: string): RegistryError {
  const message = `invalid reference '${abbreviate(text)}': expected host[:port]/name[:tag][@digest]`;
  return new RegistryError("NAME_INVALID", hint === undefined ? message : `${message}; ${hint}`);
}
