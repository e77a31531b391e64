import type { ArtifactFacts } from "../../../../artifacts/facts.ts";
import { digestOf } from "../../../../oci/digest.ts";
import { parseManifest } from "../../../../oci/manifest.ts";
import { OCI_EMPTY, OCI_IMAGE_CONFIG, OCI_IMAGE_MANIFEST } from "../../../../oci/media-types.ts";
import { parseRepositoryName } from "../../../../oci/name.ts";
import { parsePlatform } from "../../../../oci/platform.ts";
import { parseTag } from "../../../../oci/tag.ts";
import type { PackageFilter } from "../../catalog/packages.ts";
import type { ManifestPut } from "../../manifests.ts";
import { ACTOR, DAY, NOW, unknownDigest } from "../fixture.ts";
import type { ModelManifest, ModelRepository } from "./model.ts";

/** Pseudo-random choices that are the same in every run. */
export class Choices {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /** From 0, below `limit` (mulberry32). */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let value = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return Math.floor((((value ^ (value >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  chance(probability: number): boolean {
    return this.below(1000) < probability * 1000;
  }

  of<T>(values: readonly [T, ...T[]]): T {
    return values[this.below(values.length)] ?? values[0];
  }
}

const HELM = "application/vnd.cncf.helm.config.v1+json";
const TYPES = [OCI_IMAGE_CONFIG, HELM, "application/vnd.example.thing"] as const;
const REFERRER_TYPES = ["application/spdx+json", "application/vnd.cncf.notary.signature", "application/vnd.example.note"] as const;
const PLATFORMS = ["linux/amd64", "linux/arm64/v8", "linux/arm64", "windows/amd64"] as const;
const VALUES = ["red", "green", "100%_of"] as const;
const TAGS = ["1.0.0", "1.2.0", "2.0.0-rc.1", "latest", "main", "build-7", `sha256-${"a".repeat(64)}.sig`] as const;
const NAMES = ["team-a", "team-b", "teams", "x"] as const;
const PARTS = ["api", "web", "api-web", "data"] as const;
const TITLES = ["Shopping cart", "Data API of the shop", "Ünïcode ß title", 'it\'s 50% "off"'] as const;

export function randomName(choices: Choices, unique: number): string {
  const parts = [choices.of(NAMES), ...(choices.chance(0.5) ? [choices.of(PARTS)] : []), `${choices.of(PARTS)}${unique}`];
  return parts.slice(choices.chance(0.1) ? -1 : 0).join("/");
}

/** What is pushed, and what the oracle knows of it. */
export interface RandomPush {
  readonly put: ManifestPut;
  readonly manifest: ModelManifest;
}

export function randomPush(choices: Choices, repository: ModelRepository): RandomPush {
  const hasSubject = choices.chance(0.25);
  const artifactType = hasSubject ? choices.of(REFERRER_TYPES) : choices.chance(0.3) ? choices.of(TYPES) : undefined;
  const configMediaType = hasSubject ? OCI_EMPTY : choices.of(TYPES);
  const annotations: Record<string, string> = choices.chance(0.5) ? { [choices.of(["color", "a=b", "shade"])]: choices.of(VALUES) } : {};
  const labels: Record<string, string> = choices.chance(0.4) ? { [choices.of(["team", "tier"])]: choices.of(VALUES) } : {};
  const platforms = choices.chance(0.6) ? [choices.of(PLATFORMS)] : [];
  const title = choices.chance(0.4) ? choices.of(TITLES) : undefined;
  const tags = hasSubject || choices.chance(0.2) ? [] : [choices.of(TAGS)];
  const taken = new Set(repository.manifests.flatMap((manifest) => manifest.tags));
  const free = tags.filter((tag) => !taken.has(tag));
  const blank = { mediaType: configMediaType, digest: unknownDigest(), size: 2 };
  const body = new TextEncoder().encode(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_IMAGE_MANIFEST,
      artifactType,
      config: blank,
      layers: [],
      annotations,
      ...(hasSubject ? { subject: { mediaType: OCI_IMAGE_MANIFEST, digest: unknownDigest(), size: 2 } } : {}),
    }),
  );
  const facts: ArtifactFacts = {
    platforms: platforms.map((text) => parsePlatform(text)).filter((platform) => platform !== undefined),
    labels,
    ...(title === undefined ? {} : { title }),
    provides: [],
    dependencies: [],
    truncated: false,
  };
  const parsed = parseManifest(body, undefined);
  const put: ManifestPut = {
    ...parsed,
    // Its content need not be there: this is about lists.
    edges: parsed.edges.map((edge) => ({ ...edge, required: false })),
    repository: parseRepositoryName(repository.name),
    digest: digestOf(body),
    body,
    tags: free.map(parseTag),
    facts,
    actor: ACTOR,
    now: NOW + choices.below(20) * DAY,
  };
  return { put, manifest: { mediaType: OCI_IMAGE_MANIFEST, artifactType, configMediaType, hasSubject, annotations, labels, platforms, title, tags: free } };
}

/** A filter with one or more conditions, some of which nothing meets. */
export function randomFilter(choices: Choices): PackageFilter {
  const conditions: PackageFilter[] = [
    { types: [choices.of(TYPES)] },
    { types: [choices.of(TYPES), choices.of([...TYPES, "application/none"])] },
    { artifactTypes: [choices.of(TYPES)] },
    { configMediaTypes: [choices.of(TYPES)] },
    { mediaTypes: [choices.of([OCI_IMAGE_MANIFEST, "application/none"])] },
    { platforms: [choices.of([...PLATFORMS, "linux/arm64", "plan9/mips"])] },
    { classes: [choices.of(["semver", "floating", "opaque", "attachment", "referrers"])] },
    { annotations: [choices.of(["color", `color=${choices.of(VALUES)}`, `a=b=${choices.of(VALUES)}`, "absent"])] },
    { labels: [choices.of(["team", `tier=${choices.of(VALUES)}`])] },
    { annotations: ["color", `shade=${choices.of(VALUES)}`] },
    { signed: choices.chance(0.5) },
    { referrers: [choices.of(REFERRER_TYPES)] },
    { since: NOW + choices.below(20) * DAY },
    { until: NOW + choices.below(20) * DAY },
    { namespace: choices.of([...NAMES, "library", "none"]) },
    { project: choices.of([...PARTS, "_"]) },
    { namespace: choices.of(NAMES), project: choices.of([...PARTS, "_"]) },
    { name: choices.of(["team-*/**", "**/api*", "team-a/**", "*", "api", "web1", "x/*", "none/**", "*eam*/*"]) },
    { text: choices.of(["shop", "shopping ca", "api shop", "TEAM a", "ß ti", "off 50", "data", "we", "red", "gre", "nothing of", "%_'\"*"]) },
  ];
  const count = choices.below(4);
  return Object.assign({}, ...Array.from({ length: count }, () => conditions[choices.below(conditions.length)]));
}
