import type { Dependency } from "../../src/artifacts/facts.ts";
import type { ContentRef, ManifestRows, WrittenManifest } from "./manifest-rows.ts";
import type { RepositoryPlan } from "./plan.ts";
import { LICENSES, SBOM, SIGNATURE } from "./vocabulary.ts";

/** The content of one version. */
export interface VersionRows {
  /** What the tag points to. */
  readonly tagged: WrittenManifest;
  readonly all: readonly WrittenManifest[];
}

/** Versions from the newest on that have an SBOM, with what it names. */
const WITH_SBOM = 3;
const SBOM_PACKAGES = 5;

/** Manifests that single-manifest versions leave behind without a tag: builds that were replaced. */
const REPLACED = 2;

/** Writes the manifests of one version: an index with its platforms, or one manifest; signature and SBOM where there are some. */
export function writeVersion(rows: ManifestRows, plan: RepositoryPlan, base: ContentRef, number: number): VersionRows {
  const { kind, random } = plan;
  const at = plan.updatedAt - (plan.versions.length - number) * 3_600_000;
  const all: WrittenManifest[] = [];
  const layer = rows.content(20_000_000);
  rows.link(plan.id, layer, at);
  const annotations = {
    "org.opencontainers.image.licenses": LICENSES[plan.id % LICENSES.length] ?? "MIT",
    "org.opencontainers.image.source": `https://git.example.test/${plan.name}`,
    ...(number % 3 === 0 ? { "org.opencontainers.image.revision": random.below(2 ** 31).toString(16) } : {}),
  };
  const labels: Record<string, string> = plan.id % 4 === 0 ? { maintainer: `team-${plan.id % 50}`, tier: plan.id % 8 === 0 ? "gold" : "silver" } : {};
  const isNew = number > plan.versions.length - WITH_SBOM;
  const one = (platforms: readonly string[], dependencies: readonly Dependency[], untagged: boolean): WrittenManifest => {
    const config = rows.content(2000);
    rows.link(plan.id, config, at);
    const described = platforms.length === 0 ? { annotations, title: plan.title, description: plan.description } : { annotations: {} };
    const edges = [
      { kind: "config", content: config, size: 2000 },
      { kind: "layer", content: base, size: 30_000_000 },
      { kind: "layer", content: layer, size: 20_000_000 },
    ] as const;
    const manifest = rows.manifest({
      repository: plan,
      kind: "image",
      type: kind.type,
      labels,
      platforms,
      edges,
      dependencies,
      at,
      untagged,
      ...described,
    });
    all.push(manifest);
    return manifest;
  };
  let tagged: WrittenManifest;
  if (kind.platforms.length === 0) {
    if (number % 2 === 0) for (let n = 0; n < REPLACED; n++) one([], [], true);
    tagged = one([], isNew ? chartDependencies(plan) : [], false);
  } else {
    const children: WrittenManifest[] = [];
    for (const platform of kind.platforms) children.push(one([platform], isNew ? [baseImage(plan)] : [], false));
    const edges = children.map(({ content }, index) => {
      const [os = "", architecture = "", variant] = (kind.platforms[index] ?? "").split("/");
      return {
        kind: "child",
        content,
        size: 700,
        platform: JSON.stringify(variant === undefined ? { os, architecture } : { os, architecture, variant }),
      } as const;
    });
    const { platforms } = kind;
    const described = { annotations, labels: {}, platforms, title: plan.title, description: plan.description };
    tagged = rows.manifest({ repository: plan, kind: "index", type: kind.type, ...described, edges, dependencies: [], at, untagged: false });
    all.push(tagged);
  }
  if (plan.signed && isNew) {
    all.push(writeReferrer(rows, plan, tagged, { type: SIGNATURE, dependencies: [], at }));
    all.push(writeReferrer(rows, plan, tagged, { type: SBOM, dependencies: sbomPackages(plan), at }));
  }
  return { tagged, all };
}

interface ReferrerInput {
  readonly type: string;
  readonly dependencies: readonly Dependency[];
  readonly at: number;
}

function writeReferrer(rows: ManifestRows, plan: RepositoryPlan, of: WrittenManifest, { type, dependencies, at }: ReferrerInput): WrittenManifest {
  const layer = rows.content(3000);
  rows.link(plan.id, layer, at);
  const edges = [
    { kind: "layer", content: layer, size: 3000 },
    { kind: "subject", content: of.content, size: 700 },
  ] as const;
  const empty = { annotations: {}, labels: {}, platforms: [] };
  return rows.manifest({ repository: plan, kind: "image", type, subject: of.content, ...empty, edges, dependencies, at, untagged: false });
}

function baseImage({ random }: RepositoryPlan): Dependency {
  const name = `library/base-${random.skewed(200)}`;
  return { kind: "base-image", key: `oci:${name}`, name, registry: "registry.example.test", requirement: "1" };
}

function chartDependencies({ random }: RepositoryPlan): Dependency[] {
  return [0, 1].map(() => {
    const name = `chart-${random.skewed(1000)}`;
    return { kind: "helm-chart", key: `helm:https://charts.example.test/${name}`, name, requirement: "^1.2" };
  });
}

function sbomPackages({ random }: RepositoryPlan): Dependency[] {
  return Array.from({ length: SBOM_PACKAGES }, () => {
    const name = `package-${random.skewed(5000)}`;
    return { kind: "sbom-package", key: `pkg:npm/${name}`, name, requirement: `${random.below(9)}.0.0` };
  });
}
