import type { RepositoryName } from "../../oci/name.ts";
import { CliError, EXIT } from "../output/exit-code.ts";

/** Where `opm import` reads: a running registry, or the storage of one. */
export type ImportLocation = { readonly kind: "registry"; readonly registry: string } | { readonly kind: "folder"; readonly path: string };

/**
 * Parses the source of an import: `host[:port]`, or a folder, which begins with `./`, `../` or `/`.
 * @throws CliError `invalid`; RegistryError for a host that is none
 */
export async function parseImportSource(written: string): Promise<ImportLocation> {
  if (/^\.{0,2}(?:\/|$)/.test(written) && written !== "") return { kind: "folder", path: written };
  const { parseRegistryHost, withoutWebScheme } = await import("../../oci/image-reference.ts");
  const text = withoutWebScheme(written).replace(/\/$/, "");
  if (text.includes("/")) {
    throw new CliError(
      EXIT.invalid,
      `'${written}' is neither a registry nor a folder: name host[:port], with --repositories for a part of it, or a folder from ./ or / on`,
    );
  }
  return { kind: "registry", registry: parseRegistryHost(text) };
}

/** Where `opm import` writes. */
export interface ImportDestination {
  readonly registry: string;
  /** Undefined where repositories keep their names. */
  readonly prefix: RepositoryName | undefined;
}

/** Parses `host[:port][/prefix]`. @throws RegistryError for a host or a prefix that is none */
export async function parseImportTarget(written: string): Promise<ImportDestination> {
  const [{ parseRegistryHost, withoutWebScheme }, { parseRepositoryName }] = await Promise.all([
    import("../../oci/image-reference.ts"),
    import("../../oci/name.ts"),
  ]);
  const text = withoutWebScheme(written).replace(/\/$/, "");
  const slash = text.indexOf("/");
  if (slash < 0) return { registry: parseRegistryHost(text), prefix: undefined };
  return { registry: parseRegistryHost(text.slice(0, slash)), prefix: parseRepositoryName(text.slice(slash + 1)) };
}
