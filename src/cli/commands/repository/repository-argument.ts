import type { RepositoryName } from "../../../oci/name.ts";
import type { HostOptions } from "../../options/client.ts";

/** Parses `[host[:port]/]name`. @throws CliError `invalid` without a registry, RegistryError for a name that is none */
export async function repositoryArgument(text: string, options: HostOptions): Promise<{ readonly registry: string; readonly repository: RepositoryName }> {
  const [{ hostArgument }, { parseRepositoryName }] = await Promise.all([import("../../arguments/host.ts"), import("../../../oci/name.ts")]);
  const { registry, rest } = await hostArgument(text, options);
  return { registry, repository: parseRepositoryName(rest) };
}
