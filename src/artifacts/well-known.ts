import type { ArtifactType } from "./artifact-type.ts";
import { IMAGES, WASM } from "./well-known/images.ts";
import { MODELS } from "./well-known/models.ts";
import { CHARTS, COMPONENTS, MODULES } from "./well-known/packages.ts";
import { CONFIGS, OTHERS, POLICIES } from "./well-known/policies.ts";
import { ATTESTATIONS, SBOMS, SIGNATURES } from "./well-known/supply-chain.ts";

/**
 * Types that every registry meets, with the media types that their tools write. What tools ship as plain images (Tekton bundles,
 * Crossplane packages, Homebrew bottles) has no type of its own to be listed by.
 */
export const WELL_KNOWN_TYPES: readonly ArtifactType[] = [
  ...IMAGES,
  ...CHARTS,
  ...MODULES,
  ...COMPONENTS,
  ...WASM,
  ...POLICIES,
  ...CONFIGS,
  ...SIGNATURES,
  ...ATTESTATIONS,
  ...SBOMS,
  ...MODELS,
  ...OTHERS,
];
