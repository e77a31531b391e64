import { expect, test } from "bun:test";
import { largeSpdx } from "../../src/artifacts/testing/sboms.ts";
import { pushBlob } from "../conformance/pushing.ts";
import { blobOf, configBlob, emptyBlob, imageOf, type ManifestContent, randomBlob } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";

const { client } = useRegistry();

/** Pieces of content that take the parser as long as it is given, which is five seconds each, or nearly so. */
const COSTLY = 3;

/** Milliseconds: much less than the parser takes for all of them, much more than a push takes that does not wait for them, on a busy machine. */
const SOON = 10_000;

interface Info {
  readonly title: string | null;
  readonly problem: string | null;
}

async function push(repository: string, tag: string, manifest: ManifestContent): Promise<number> {
  const started = performance.now();
  const headers = { "Content-Type": manifest.mediaType };
  expectStatus(await client.request("PUT", `/v2/${repository}/manifests/${tag}`, { headers, body: manifest.bytes }), 201);
  return performance.now() - started;
}

/** Asks again until the answer is as expected, or a minute is over. */
async function ask<Document>(path: string, until: (document: Document) => boolean): Promise<Document> {
  const deadline = performance.now() + 60_000;
  for (;;) {
    const answer = await client.get(path);
    expectStatus(answer, 200);
    const document = answer.json() as Document;
    if (until(document) || performance.now() > deadline) return document;
    await Bun.sleep(100);
  }
}

function info(repository: string, tag: string, until: (info: Info) => boolean): Promise<Info> {
  return ask(`/v2/${repository}/_opm/manifest/info?reference=${tag}`, until);
}

test("content that takes the parser long keeps nobody's push waiting, and is read later", async () => {
  const repository = freshRepository();
  const empty = emptyBlob();
  const costly = Array.from({ length: COSTLY }, (_, index) =>
    blobOf(`# ${index}\n${"a:\n".repeat(1_200_000)}`, { mediaType: "application/vnd.ocm.software.component-descriptor.v2+yaml" }),
  );
  const component = configBlob({ mediaType: "application/vnd.ocm.software.component.config.v1+json" });
  const sbom = blobOf(largeSpdx(700), { mediaType: "application/spdx+json" });
  for (const blob of [empty, ...costly, component, sbom]) await pushBlob(client, repository, blob);
  const heavy = costly.map((descriptor) => imageOf(component, [descriptor]));
  const pushes = heavy.map((manifest, index) => push(repository, `heavy-${index}`, manifest));
  const light = imageOf(empty, [sbom], { artifactType: "application/spdx+json" });
  expect(await push(repository, "light", light)).toBeLessThan(SOON);
  for (const took of await Promise.all(pushes)) expect(took).toBeLessThan(SOON);

  const path = `/v2/${repository}/_opm/graph/dependencies?reference=light&n=1`;
  expect((await ask<{ dependencies: unknown[] }>(path, ({ dependencies }) => dependencies.length > 0)).dependencies).toHaveLength(1);
  for (const index of heavy.keys()) {
    // a fast machine is through with it in time
    expect((await info(repository, `heavy-${index}`, ({ problem }) => problem !== null)).problem).toMatch(/took longer than|describes no component/);
  }
}, 120_000);

test("YAML beyond what is read at all is refused to be read at once", async () => {
  const repository = freshRepository();
  const large = blobOf(`a: ${"x".repeat(5 * 2 ** 20)}`, { mediaType: "application/vnd.ocm.software.component-descriptor.v2+yaml" });
  const component = configBlob({ mediaType: "application/vnd.ocm.software.component.config.v1+json" });
  for (const blob of [large, component]) await pushBlob(client, repository, blob);
  await push(repository, "v1", imageOf(component, [large]));
  expect((await info(repository, "v1", ({ problem }) => problem !== null)).problem).toContain("is YAML of");
});

test("a module file with thousands of fields holds up no other request, and is read", async () => {
  const repository = freshRepository();
  const fields = Array.from({ length: 13_000 }, (_, index) => `a: x${index}: 1`).join("\n");
  const file = blobOf(`module: "fields.test/a@v0"\n${fields}\n`, { mediaType: "application/vnd.cue.modulefile.v1" });
  const [config, zip] = [blobOf("{}", { mediaType: "application/vnd.cue.module.v1+json" }), randomBlob(300, { mediaType: "application/zip" })];
  for (const blob of [file, config, zip]) await pushBlob(client, repository, blob);
  await push(repository, "v0.1.0", imageOf(config, [zip, file], { artifactType: "application/vnd.cue.module.v1+json" }));
  expect((await info(repository, "v0.1.0", ({ title }) => title !== null)).title).toBe("fields.test/a@v0");
}, 60_000);
