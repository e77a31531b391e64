import type { ArtifactType } from "./artifact-type.ts";

/** Types that every registry meets, as their authors documented them. */
export const WELL_KNOWN_TYPES: readonly ArtifactType[] = [];
