import type { HostOptions } from "../options/client.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { hostArgument } from "./host.ts";

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
