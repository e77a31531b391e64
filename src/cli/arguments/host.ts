import type { RepositoryName } from "../../oci/name.ts";
import { type HostOptions, registryHost } from "../options/client.ts";
import { CliError, EXIT } from "../output/exit-code.ts";

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

/** A registry, or a namespace or project in it. */
export interface ProjectArgument {
  readonly registry: string;
  /** As many as there were names asked for. */
  readonly parts: readonly string[];
  /** For messages: `host/namespace/project`. */
  readonly name: string;
}

/**
 * Parses `[host[:port]/]namespace`, `[host[:port]/]namespace/project` and the like.
 * @param names of the parts that must be there, for messages
 * @throws CliError `invalid`
 */
export async function projectArgument(text: string, options: HostOptions, names: readonly string[]): Promise<ProjectArgument> {
  const { registry, rest } = await hostArgument(text, options);
  const parts = rest === "" ? [] : rest.split("/");
  if (parts.length !== names.length || parts.includes("")) {
    const expected = names.length === 0 ? "a registry, host[:port]" : `[host[:port]/]${names.join("/")}`;
    throw new CliError(EXIT.invalid, `'${text}' is not ${expected}`);
  }
  return { registry, parts, name: [registry, ...parts].join("/") };
}

/** Parses `[host[:port]/]name`. @throws CliError `invalid` without a registry, RegistryError for a name that is none */
export async function repositoryArgument(text: string, options: HostOptions): Promise<{ readonly registry: string; readonly repository: RepositoryName }> {
  const { parseRepositoryName } = await import("../../oci/name.ts");
  const { registry, rest } = await hostArgument(text, options);
  return { registry, repository: parseRepositoryName(rest) };
}
