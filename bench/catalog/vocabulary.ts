import { OCI_IMAGE_CONFIG } from "../../src/oci/media-types.ts";
import type { Random } from "./random.ts";

/** What a repository holds, and how often that is so. */
export interface Kind {
  readonly type: string;
  readonly share: number;
  /** Platforms of one version; empty: it is one manifest. */
  readonly platforms: readonly string[];
}

const MULTI = ["linux/amd64", "linux/arm64/v8"] as const;

export const KINDS: readonly [Kind, ...Kind[]] = [
  { type: OCI_IMAGE_CONFIG, share: 0.5, platforms: MULTI },
  { type: OCI_IMAGE_CONFIG, share: 0.24, platforms: [...MULTI, "linux/arm/v7"] },
  { type: OCI_IMAGE_CONFIG, share: 0.01, platforms: ["linux/amd64", "windows/amd64", "linux/s390x"] },
  { type: "application/vnd.cncf.helm.config.v1+json", share: 0.15, platforms: [] },
  { type: "application/vnd.cue.module.v1+json", share: 0.05, platforms: [] },
  { type: "application/vnd.wasm.config.v0+json", share: 0.04, platforms: [] },
  { type: "application/vnd.example.rare+json", share: 0.01, platforms: [] },
];

export const SIGNATURE = "application/vnd.dev.cosign.artifact.sig.v1+json";
export const SBOM = "application/spdx+json";
export const LICENSES = ["Apache-2.0", "MIT", "BSD-3-Clause", "MPL-2.0", "GPL-3.0-only"] as const;

const SYLLABLES = ["ka", "lo", "mi", "ner", "tu", "ves", "ra", "pod", "qu", "ist", "ben", "gor"] as const;

/** Words of names and descriptions: 1728 of three syllables, the first of them frequent. */
const WORDS = SYLLABLES.flatMap((a) => SYLLABLES.flatMap((b) => SYLLABLES.map((c) => a + b + c)));

export function word(random: Random): string {
  return WORDS[random.skewed(WORDS.length)] ?? "word";
}

/** Words that nearly every second description has. */
const COMMON = ["service", "server", "library", "operator", "controller", "base", "tools"] as const;

export function sentence(random: Random, length: number): string {
  const words = Array.from({ length }, () => (random.chance(0.15) ? random.of(COMMON) : word(random)));
  return words.join(" ");
}

const NAMESPACES = 2000;
const PROJECTS = 8;

/** `namespace/project/name-name-number`; one in ten without a project, and a few large namespaces. */
export function repositoryName(random: Random, number: number): string {
  const namespace = `ns${random.skewed(NAMESPACES)}-${WORDS[number % 97]}`;
  const name = `${word(random)}-${word(random)}-${number}`;
  return random.chance(0.1) ? `${namespace}/${name}` : `${namespace}/p${random.skewed(PROJECTS)}/${name}`;
}
