import { parseRegistryText, type RegistryAddress, RegistryTextError } from "./registry-text.ts";

/** Names of Docker Hub that people write; its API is at another one, which plain `cue` must be told. */
const DOCKER_HUB = /^(?:docker\.io|index\.docker\.io|registry\.hub\.docker\.com)(?=\/|$)/;
export const DOCKER_HUB_API = "registry-1.docker.io";

const SCHEMES: Readonly<Record<string, boolean | undefined>> = { https: false, http: true, oci: undefined };

/**
 * Reads a registry as people write it into a file: CUE's form, also with `https://`, `http://` (without TLS), `oci://` and a slash
 * at the end.
 * @param insecure what else says whether there is no TLS
 * @throws RegistryTextError
 */
export function parseConfigUrl(text: string, insecure?: boolean): RegistryAddress {
  const [, scheme, bare = ""] = /^(?:([^:/?#]*):\/\/)?(.*)$/s.exec(text) ?? [];
  if (scheme !== undefined && !Object.hasOwn(SCHEMES, scheme.toLowerCase())) {
    throw new RegistryTextError(`the scheme '${scheme}' is unknown: expected https, http or oci, or none`);
  }
  const hostPart = bare.split(/[/?#]/)[0] ?? "";
  if (hostPart.includes("@")) throw new RegistryTextError("user and password have no place here: credentials come from docker's configuration (docker login)");
  if (/[?#]/.test(bare)) throw new RegistryTextError("what follows ? or # has no meaning for a registry; leave it out");
  const [address = "", suffix] = splitSuffix(bare);
  const trimmed = address.replace(/\/+$/, "").replace(DOCKER_HUB, DOCKER_HUB_API);
  if (trimmed === "") throw new RegistryTextError("expected a registry such as registry.example.com/modules");
  const place = parseRegistryText(suffix === undefined ? trimmed : `${trimmed}+${suffix}`);
  return { ...place, insecure: agreed([SCHEMES[scheme?.toLowerCase() ?? ""], insecure, suffix && suffix === "insecure"]) ?? place.insecure };
}

function splitSuffix(text: string): readonly [string, string | undefined] {
  const plus = text.lastIndexOf("+");
  return plus > 0 ? [text.slice(0, plus), text.slice(plus + 1)] : [text, undefined];
}

function agreed(said: readonly (boolean | "" | undefined)[]): boolean | undefined {
  const given = said.filter((value) => typeof value === "boolean");
  if (new Set(given).size > 1) throw new RegistryTextError("its scheme, its suffix and insecure do not say the same about TLS");
  return given[0];
}
