import { describe, expect, test } from "bun:test";
import type { Tag } from "../../oci/tag.ts";
import { plainDependencies } from "./dependencies.ts";
import { plainInspect } from "./inspect.ts";
import { MemoryRegistry } from "./testing/memory-registry.ts";

const HELM = "application/vnd.cncf.helm.config.v1+json";
const HELM_LAYER = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

function chart(registry: MemoryRegistry, repository: string, tag: string, metadata: object) {
  const config = registry.blob(repository, metadata, HELM);
  const layers = [registry.blob(repository, `chart ${tag}`, HELM_LAYER)];
  return registry.manifest(repository, [tag], { schemaVersion: 2, mediaType: MANIFEST, config, layers });
}

function cueModule(registry: MemoryRegistry, path: string, version: string, deps: string) {
  const repository = `modules/${path}`;
  const config = registry.blob(repository, "{}", "application/vnd.cue.module.v1+json");
  const file = registry.blob(repository, `module: "${path}@v0"\nlanguage: version: "v0.9.0"\ndeps: {${deps}}`, "application/vnd.cue.modulefile.v1");
  const layers = [registry.blob(repository, `zip ${version}`, "application/zip"), file];
  return registry.manifest(repository, [version], { schemaVersion: 2, mediaType: MANIFEST, config, layers });
}

const page = { limit: 100 };

describe("plainDependencies", () => {
  test("a chart's dependencies, with what suits best in the same registry", async () => {
    const registry = new MemoryRegistry();
    const old = chart(registry, "charts/redis", "17.1.0", { name: "redis", version: "17.1.0" });
    chart(registry, "charts/redis", "18.0.0", { name: "redis", version: "18.0.0" });
    const dependencies = [
      { name: "redis", version: "^17.0.0", repository: "oci://registry.test/charts" },
      { name: "other", version: "1.0.0", repository: "oci://elsewhere.test/charts" },
      { name: "gone", version: "1.0.0", repository: "oci://registry.test/charts" },
    ];
    chart(registry, "charts/app", "1.0.0", { name: "app", version: "1.0.0", dependencies });
    const answer = await plainDependencies(registry.open("charts/app"), "1.0.0" as Tag, page);
    expect(answer.dependencies.map(({ key, requirement, resolved }) => ({ key, requirement, resolved })) as unknown).toEqual([
      { key: "oci:charts/redis", requirement: "^17.0.0", resolved: { repository: "charts/redis", tag: "17.1.0", digest: old.digest } },
      { key: "oci:charts/other", requirement: "1.0.0", resolved: null },
      { key: "oci:charts/gone", requirement: "1.0.0", resolved: null },
    ]);
    expect(answer.problem).toBeNull();
  });

  test("a module's, in the repository beside it", async () => {
    const registry = new MemoryRegistry();
    const base = cueModule(registry, "cue.example/base", "v0.2.0", "");
    cueModule(registry, "cue.example/app", "v0.1.0", '"cue.example/base@v0": v: "v0.1.0"');
    const answer = await plainDependencies(registry.open("modules/cue.example/app"), "v0.1.0" as Tag, page);
    expect(answer.dependencies as unknown).toMatchObject([
      { kind: "cue-module", key: "cue:cue.example/base", resolved: { repository: "modules/cue.example/base", tag: "v0.2.0", digest: base.digest } },
    ]);
  });

  test("packages of an SBOM that refers to the artifact; content that is not what its type says", async () => {
    const registry = new MemoryRegistry();
    const image = registry.image("app", ["1.0.0"]);
    const document = {
      spdxVersion: "SPDX-2.3",
      packages: [{ name: "musl", versionInfo: "1.2.4", externalRefs: [{ referenceType: "purl", referenceLocator: "pkg:apk/alpine/musl@1.2.4" }] }],
    };
    const layers = [registry.blob("app", document, "application/spdx+json")];
    const config = registry.blob("app", "{}", "application/vnd.oci.empty.v1+json");
    const sbom = registry.manifest("app", [], { schemaVersion: 2, mediaType: MANIFEST, artifactType: "application/spdx+json", config, layers, subject: image });
    const answer = await plainDependencies(registry.open("app"), "1.0.0" as Tag, page);
    expect(answer.dependencies).toMatchObject([{ kind: "sbom-package", name: "musl", declaredBy: sbom.digest, resolved: null }]);
    chart(registry, "bad", "1.0.0", [] as object);
    const bad = await plainDependencies(registry.open("bad"), "1.0.0" as Tag, page);
    expect(bad.problem).toContain("not a JSON object");
  });
});

describe("plainDependencies of an index", () => {
  const BASE = { "org.opencontainers.image.base.name": "registry.test/base:1.0.0" };

  test("are those of its children, too, with the SBOMs of each", async () => {
    const registry = new MemoryRegistry();
    const base = registry.image("base", ["1.0.0"]);
    const child = registry.image("app", [], { annotations: BASE });
    const document = { bomFormat: "CycloneDX", specVersion: "1.5", components: [{ type: "library", name: "musl", purl: "pkg:apk/alpine/musl@1.2.4" }] };
    const sbom = registry.manifest("app", [], {
      schemaVersion: 2,
      mediaType: MANIFEST,
      artifactType: "application/vnd.cyclonedx+json",
      config: registry.blob("app", "{}", "application/vnd.oci.empty.v1+json"),
      layers: [registry.blob("app", document, "application/vnd.cyclonedx+json")],
      subject: child,
      // what the SBOM is built on is no need of the image
      annotations: { "org.opencontainers.image.base.name": "registry.test/elsewhere:1" },
    });
    registry.index("app", ["1.0.0"], [child]);
    const { dependencies } = await plainDependencies(registry.open("app"), "1.0.0" as Tag, page);
    expect(dependencies.map(({ kind, declaredBy, resolved }) => [kind, declaredBy, resolved?.digest])).toEqual([
      ["base-image", child.digest, base.digest],
      ["sbom-package", sbom.digest, undefined],
    ]);
  });
});

describe("plainInspect", () => {
  test("what it is, how to use it, who refers to it", async () => {
    const registry = new MemoryRegistry();
    const subject = chart(registry, "charts/app", "1.0.0", { name: "app", version: "1.0.0", description: "An application" });
    registry.image("charts/app", [], { artifactType: "application/vnd.dev.sigstore.bundle.v0.3+json", subject });
    expect(await plainInspect(registry.open("charts/app"), "1.0.0" as Tag)).toMatchObject({
      contentType: HELM,
      typeTitle: "Helm chart",
      consume: expect.stringContaining("helm"),
      title: "app",
      description: "An application",
      tags: ["1.0.0"],
      signed: true,
      referrers: { "application/vnd.dev.sigstore.bundle.v0.3+json": 1 },
      pushed: null,
    });
  });

  test("labels and platform of an image", async () => {
    const registry = new MemoryRegistry();
    registry.image("app", ["1.0.0"], { platform: "linux/arm64", labels: { team: "web" } });
    expect(await plainInspect(registry.open("app"), "1.0.0" as Tag)).toMatchObject({ labels: { team: "web" }, platforms: ["linux/arm64"], signed: false });
  });
});
