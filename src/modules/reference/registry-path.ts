import { ModuleError } from "../helper/helper.ts";
import { parseConfigUrl } from "../routing/config-url.ts";
import { RegistryTextError } from "../routing/registry-text.ts";
import { NO_REGISTRY } from "../routing/routing.ts";

/** A registry, with or without a path in it, as somebody wrote it. */
export interface RegistryPath {
  /** As a route has it: Docker Hub by the name of its API. */
  readonly host: string;
  /** What follows the host, may be empty. */
  readonly path: string;
  /** What its scheme says about TLS; undefined where it has none. */
  readonly insecure: boolean | undefined;
}

/** Splits off what follows the last `@`, or a `:` behind the last slash. */
export function splitVersion(reference: string): { readonly name: string; readonly version: string | undefined } {
  const slash = reference.lastIndexOf("/");
  const at = reference.lastIndexOf("@");
  const colon = slash < 0 ? -1 : reference.indexOf(":", slash);
  const split = at > slash ? at : colon;
  if (split < 0) return { name: reference.replace(/\/+$/, ""), version: undefined };
  return { name: reference.slice(0, split).replace(/\/+$/, ""), version: reference.slice(split + 1) };
}

/**
 * Reads `host[:port][/path]`, with or without `https://`, `http://` or `oci://`.
 * @throws ModuleError `invalid`
 */
export function parseRegistryPath(text: string): RegistryPath {
  try {
    const { host, repository, insecure } = parseConfigUrl(text);
    if (host === NO_REGISTRY) throw new RegistryTextError("expected host[:port] with or without a folder, or the path of the module");
    return { host, path: repository, insecure: /^(?:https?:\/\/)|\+(?:in)?secure$/i.test(text) ? insecure : undefined };
  } catch (error) {
    if (!(error instanceof RegistryTextError)) throw error;
    const shown = text.replace(/(?<=^|\/\/)[^/]*@/, "…@");
    throw new ModuleError("invalid", `invalid reference '${shown}': ${error.message}`, { cause: error });
  }
}
