import { type HostOptions, registryHost } from "../options/client.ts";

/** A registry, and what is named in it. */
export interface HostArgument {
  readonly registry: string;
  /** Empty where only the registry is named. */
  readonly rest: string;
}

/**
 * Takes `[host/]rest` apart, where `http://` or `https://` may stand in front: what stands before the first `/`, or the whole, is a host when it has a `.` or a `:` or is `localhost`, as
 * in references. With `--registry` all of it is the rest; without a host it is `OPM_REGISTRY`.
 * @throws CliError `invalid` when no registry is named, RegistryError for a host that is none
 */
export async function hostArgument(written: string, options: HostOptions): Promise<HostArgument> {
  const { parseRegistryHost, withoutWebScheme } = await import("../../oci/image-reference.ts");
  const text = withoutWebScheme(written);
  const slash = text.indexOf("/");
  const first = slash < 0 ? text : text.slice(0, slash);
  if (options.registry || !(/[.:]/.test(first) || first === "localhost")) return { registry: await registryHost(options), rest: text };
  return { registry: parseRegistryHost(first), rest: slash < 0 ? "" : text.slice(slash + 1) };
}
