import { stringify } from "yaml";
import { type CatalogFile, catalogFile } from "../api/administration.ts";
import { ConfigError } from "../config/config-error.ts";
import { describeIssues } from "../config/issues.ts";
import { readYamlFile } from "../config/yaml-file.ts";

/**
 * Reads a catalog file.
 * @throws ConfigError with `file:line:column` of everything that is wrong; the error of the file system when it cannot be read
 */
export async function readCatalogFile(path: string): Promise<CatalogFile> {
  const yaml = await readYamlFile(path, path);
  const result = catalogFile.safeParse(yaml.value);
  if (result.success) return result.data;
  throw new ConfigError(describeIssues(result.error.issues, [], yaml));
}

/** Writes a catalog as YAML: the same catalog gives the same text. */
export function catalogYaml(catalog: CatalogFile): string {
  return stringify(catalog, { lineWidth: 0, sortMapEntries: false });
}
