import type { ArtifactType } from "../artifact-type.ts";
import { LAYER_FILE_NAMES } from "./file-names.ts";

/** One row of the table; what most rows leave empty may be absent. */
export interface WellKnownRow {
  readonly type: string;
  readonly title: string;
  readonly icon: string;
  readonly configs?: readonly string[];
  readonly layers?: readonly string[];
  readonly consume?: string;
  readonly documentation: string;
  readonly extractor?: ArtifactType["extractor"];
}

/** Rows of one category as entries of the type table. A type that is named after its config has that config. */
export function wellKnown(category: ArtifactType["category"], rows: readonly WellKnownRow[]): readonly ArtifactType[] {
  return rows.map((row) => {
    let fileNames: ArtifactType["fileNames"] | undefined;
    return {
      type: row.type,
      title: row.title,
      icon: row.icon,
      category,
      configMediaTypes: row.configs ?? [row.type],
      layerMediaTypes: row.layers ?? [],
      // of the few types that are asked for them
      get fileNames() {
        fileNames ??= namesOf(row);
        return fileNames;
      },
      consume: row.consume,
      documentation: row.documentation,
      extractor: row.extractor,
      source: "well-known",
    };
  });
}

/** One name for each layer that may occur; of those that are not named in the row, what is said of all of their media type. */
function namesOf({ layers = Object.keys(LAYER_FILE_NAMES) }: WellKnownRow): Readonly<Record<string, string>> {
  return Object.fromEntries(layers.flatMap((layer) => (LAYER_FILE_NAMES[layer] === undefined ? [] : [[layer.toLowerCase(), LAYER_FILE_NAMES[layer]]])));
}

/** For types that stand in `artifactType`: the config is the empty document, or one of the same type from older tools. */
export function orEmpty(...types: readonly string[]): readonly string[] {
  return ["application/vnd.oci.empty.v1+json", ...types];
}
