import { OCI_IMAGE_MANIFEST } from "../../../../oci/media-types.ts";
import { parseRepositoryName } from "../../../../oci/name.ts";
import type { MetadataStore } from "../../../metadata/store.ts";
import { ALICE, type Artifact, blobOf, MINUTE, Narrator } from "./narrator.ts";

export const HELM = "application/vnd.cncf.helm.config.v1+json";
export const SPDX = "application/spdx+json";

const subjectOf = ({ digest, body }: Artifact) => ({ mediaType: OCI_IMAGE_MANIFEST, digest, size: body.length });

const AMD64 = { os: "linux", architecture: "amd64" };
const ARM64 = { os: "linux", architecture: "arm64", variant: "v8" };

/** Repositories, images, charts, referrers, tags of every class, deletions, and uploads. */
export async function tellPushes(store: MetadataStore): Promise<readonly Artifact[]> {
  const web = "team/app/web";
  const narrator = new Narrator(store, 1_800_000_000_000);
  const image = (name: string, tags: readonly string[], platform = AMD64): Promise<Artifact> =>
    narrator.artifact(web, name, tags, {
      facts: { platforms: [platform], labels: { maintainer: "team-web", [name]: "" }, title: "Web shop", description: `Größe ${name} of the shop` },
      annotations: { "org.opencontainers.image.title": "Web shop", color: "red", "org.opencontainers.image.revision": "0123456789abcdef" },
    });
  const [one, arm] = [await image("one", ["1.0.0", "1.0", "1", "latest", "old", "twice"]), await image("one-arm", [], ARM64)];
  const two = await image("two", ["1.1.0-rc.1", "edge", "twice"]);
  const both = await narrator.index(
    web,
    [
      [one, AMD64],
      [arm, ARM64],
    ],
    ["v1.1.0", "1.1", "1", "latest"],
  );
  const lost = await image("lost", ["lost"]);
  const sbom = await narrator.artifact(web, "sbom", [], {
    ...{ config: SPDX, artifactType: SPDX, subject: subjectOf(one) },
    facts: { dependencies: [{ kind: "sbom-package", key: "pkg:npm/left-pad", name: "left-pad", requirement: "1.3.0" }] },
  });
  const signature = await narrator.artifact(web, "signature", [`${one.digest.replace(":", "-")}.sig`], { artifactType: "application/vnd.example.signature" });
  const referrers = await narrator.index(web, [[sbom, AMD64]], [one.digest.replace(":", "-")]);
  await narrator.untag(web, "old");
  await narrator.untag(web, "twice");
  await narrator.push(web, one, ["twice"]);
  await narrator.push(web, both, ["twice"]);
  await store.manifests.delete({ repository: parseRepositoryName(web), digest: lost.digest, actor: ALICE, now: narrator.now });

  const chart = (version: string, tags: readonly string[]): Promise<Artifact> =>
    narrator.artifact("team/app/charts/shop", `chart ${version}`, tags, {
      config: HELM,
      facts: {
        ...{ title: "Shop", description: "A chart of the shop", version, provides: ["helm:oci://example.test/shop"] },
        dependencies: [
          { kind: "helm-chart", key: "helm:https://charts.example.test/redis", name: "redis", registry: "charts.example.test", requirement: "^1" },
        ],
      },
    });
  const charts = [await chart("0.9.0", ["0.9.0"]), await chart("0.10.0+build.1", ["0.10.0_build.1", "main-4f2a", "20260131"])];
  const solo = await narrator.artifact("solo", "solo", ["nightly"], { annotations: { "org.opencontainers.image.version": "7" } });
  const user = await narrator.artifact("other/user", "user", ["2.0.0"], {
    facts: { dependencies: [{ kind: "base-image", key: "oci:team/app/web", name: "team/app/web", requirement: "1.0.0", digest: one.digest }] },
  });
  const bare = await narrator.artifact("other/bare", "bare", [], { facts: { problem: "no config" } });
  await store.blobs.mount({ from: parseRepositoryName(web), to: parseRepositoryName("solo"), digest: blobOf("two layer"), actor: ALICE, now: narrator.now });
  await narrator.blob("solo", "unneeded");
  await store.blobs.delete({ repository: parseRepositoryName("solo"), digest: blobOf("unneeded"), actor: ALICE, now: narrator.now });
  await tellUploads(store, narrator);
  return [one, arm, two, both, lost, sbom, signature, referrers, ...charts, solo, user, bare];
}

const DAY = 24 * 60 * MINUTE;

/** Sessions of uploads, of which nobody says from where. */
async function tellUploads(store: MetadataStore, narrator: Narrator): Promise<void> {
  for (const [id, algorithm] of [
    ["00000000-0000-4000-8000-000000000001", "sha256"],
    ["00000000-0000-4000-8000-000000000002", "sha512"],
  ] as const) {
    const createdAt = narrator.now;
    const session = { id, repository: parseRepositoryName("team/app/web"), algorithm, owner: "alice", client: "alice", address: "" };
    const any = { client: 9, owner: 9, address: 9, all: 9, idleBefore: 0 };
    await store.uploads.open({ ...session, createdAt, expiresAt: createdAt + DAY }, any);
  }
}
