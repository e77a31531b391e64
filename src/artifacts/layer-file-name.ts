import type { ArtifactType } from "./artifact-type.ts";

/** What an artifact is called, for the names of its files. */
export interface ArtifactNames {
  /** E.g. `web`. */
  readonly name: string;
  /** E.g. `1.2.0`. */
  readonly version: string;
}

/** The name of a layer's file, as the tools of the artifact's type name it; undefined where the type has no name for such a layer. */
export function layerFileName(type: Pick<ArtifactType, "fileNames"> | undefined, mediaType: string, { name, version }: ArtifactNames): string | undefined {
  const pattern = type?.fileNames[mediaType.toLowerCase()];
  return pattern?.replace("{name}", () => name).replace("{version}", () => version);
}
