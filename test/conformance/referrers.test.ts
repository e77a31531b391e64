import { beforeAll, describe, expect, test } from "bun:test";
import { OCI_IMAGE_INDEX } from "../../src/oci/media-types.ts";
import { blobOf, descriptorOf, emptyBlob, imageOf, indexOf, type ManifestContent, manifestOf, randomBlob, referrerOf } from "../support/content.ts";
import { expectError, expectSameHead, expectStatus } from "../support/expectations.ts";
import { nextLink } from "../support/registry-client.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { pushBlobs, pushManifest } from "./pushing.ts";

const { client } = useRegistry();
const repository = freshRepository();
const typed = blobOf("a config", { mediaType: "application/vnd.example.config.v1+json" });
beforeAll(() => pushBlobs(client, repository, [emptyBlob(), typed]));

const SBOM = "application/vnd.example.sbom.v1+json";

function newSubject(algorithm: "sha256" | "sha512" = "sha256"): ManifestContent {
  return indexOf([], { annotations: { id: crypto.randomUUID() } }, { algorithm });
}

async function list(digest: string, query = ""): Promise<unknown[]> {
  const answer = await client.get(`/v2/${repository}/referrers/${digest}${query}`);
  expectStatus(answer, 200);
  expect(answer.headers.get("Content-Type")).toBe(OCI_IMAGE_INDEX);
  const { schemaVersion, mediaType, manifests } = answer.json() as { schemaVersion: number; mediaType: string; manifests: unknown[] };
  expect([schemaVersion, mediaType]).toEqual([2, OCI_IMAGE_INDEX]);
  return manifests;
}

describe("nothing refers to it (end-12a)", () => {
  test.each([
    ["a digest that is nowhere", repository, randomBlob().digest],
    ["a sha512 digest that is nowhere", repository, randomBlob(1, { algorithm: "sha512" }).digest],
    ["an unknown repository", freshRepository(), randomBlob().digest],
  ])("%s: an empty list, not 404", async (_name, name, digest) => {
    const answer = await client.get(`/v2/${name}/referrers/${digest}`);
    expectStatus(answer, 200);
    expect(answer.headers.get("Content-Type")).toBe(OCI_IMAGE_INDEX);
    expect(answer.json()).toEqual({ schemaVersion: 2, mediaType: OCI_IMAGE_INDEX, manifests: [] });
    expectSameHead(await client.head(`/v2/${name}/referrers/${digest}`), answer);
  });

  test("a manifest that is there", async () => {
    const subject = newSubject();
    await pushManifest(client, repository, subject);
    expect(await list(subject.digest)).toEqual([]);
  });

  test.each(["latest", "sha256:abc", "sha256", `md5:${"0".repeat(32)}`, `sha256:${"0".repeat(65)}`])("'%s' is no digest: 400", async (digest) => {
    expectError(await client.get(`/v2/${repository}/referrers/${digest}`), 400, "DIGEST_INVALID");
  });
});

describe.each(["sha256", "sha512"] as const)("the list of a %s subject", (algorithm) => {
  test.each([
    ["an artifact by its artifactType", { artifactType: SBOM }, SBOM],
    ["an image by its config's type", {}, typed.mediaType],
    ["an image with an empty artifactType by its config's type", { artifactType: "" }, typed.mediaType],
  ])("has %s", async (_name, more, artifactType) => {
    const subject = newSubject(algorithm);
    const annotations = { "org.example.a": "1", "org.example.b": "zwei" };
    const referrer = imageOf(typed, [], { ...more, annotations, subject: descriptorOf(subject) });
    await pushManifest(client, repository, referrer);
    expect(await list(subject.digest)).toEqual([descriptorOf(referrer, { artifactType, annotations })]);
  });

  test("has an index by its artifactType, and one without it without", async () => {
    const subject = newSubject(algorithm);
    const withType = indexOf([], { artifactType: SBOM, subject: descriptorOf(subject) });
    const without = indexOf([], { subject: descriptorOf(subject) });
    for (const referrer of [withType, without]) await pushManifest(client, repository, referrer);
    const found = await list(subject.digest);
    expect(found).toHaveLength(2);
    expect(found).toContainEqual(descriptorOf(withType, { artifactType: SBOM }));
    expect(found).toContainEqual(descriptorOf(without));
  });

  test("has a referrer once, however often it was pushed or tagged", async () => {
    const subject = newSubject(algorithm);
    const referrer = referrerOf(subject, SBOM);
    for (const tag of [undefined, "a", "b", undefined]) await pushManifest(client, repository, referrer, tag);
    expect(await list(subject.digest)).toHaveLength(1);
  });

  test("does not have a referrer of another repository", async () => {
    const subject = newSubject(algorithm);
    const other = freshRepository();
    await pushBlobs(client, other, [emptyBlob()]);
    await pushManifest(client, other, referrerOf(subject, SBOM));
    expect(await list(subject.digest)).toEqual([]);
  });

  test("has referrers of referrers under the referrer only", async () => {
    const subject = newSubject(algorithm);
    const first = referrerOf(subject, SBOM);
    const second = referrerOf(first, "application/vnd.example.signature");
    for (const manifest of [second, first, subject]) await pushManifest(client, repository, manifest);
    expect(await list(subject.digest)).toMatchObject([{ digest: first.digest }]);
    expect(await list(first.digest)).toMatchObject([{ digest: second.digest }]);
  });

  test("has a referrer pushed by a sha512 digest under that digest", async () => {
    const subject = newSubject(algorithm);
    const document = { ...referrerOf(subject, SBOM).document };
    const referrer = manifestOf(document, { algorithm: "sha512" });
    await pushManifest(client, repository, referrer);
    expect(await list(subject.digest)).toEqual([descriptorOf(referrer, { artifactType: SBOM })]);
  });
});

describe("filter by artifactType (end-12b)", () => {
  const subject = newSubject();
  const types = [SBOM, "application/vnd.example.signature", "application/vnd.example.a+b"];
  const referrers = types.flatMap((type) => [referrerOf(subject, type), referrerOf(subject, type, { annotations: { n: "2" } })]);
  beforeAll(async () => {
    for (const referrer of referrers) await pushManifest(client, repository, referrer);
    await pushManifest(client, repository, imageOf(typed, [], { subject: descriptorOf(subject) }));
  });

  test.each([...types, typed.mediaType])("%s", async (type) => {
    const answer = await client.get(`/v2/${repository}/referrers/${subject.digest}?artifactType=${encodeURIComponent(type)}`);
    expect(answer.headers.get("OCI-Filters-Applied")).toBe("artifactType");
    const { manifests } = answer.json() as { manifests: { artifactType: string }[] };
    expect(manifests.map(({ artifactType }) => artifactType)).toEqual(Array.from({ length: type === typed.mediaType ? 1 : 2 }, () => type));
  });

  test("a type that none has: an empty list, and the filter is told", async () => {
    const answer = await client.get(`/v2/${repository}/referrers/${subject.digest}?artifactType=application/vnd.none`);
    expect(answer.headers.get("OCI-Filters-Applied")).toBe("artifactType");
    expect(answer.json()).toMatchObject({ manifests: [] });
  });

  test("without a filter the header is absent", async () => {
    const answer = await client.get(`/v2/${repository}/referrers/${subject.digest}`);
    expect(answer.headers.get("OCI-Filters-Applied")).toBeNull();
    expect((answer.json() as { manifests: unknown[] }).manifests).toHaveLength(7);
  });
});

describe("paging", () => {
  test("a list that does not fit into one answer is linked, complete, and no page is over 4 MiB", async () => {
    const subject = newSubject();
    const count = 24;
    const padding = "x".repeat(512 * 1024);
    const referrers = Array.from({ length: count }, (_, at) => referrerOf(subject, SBOM, { annotations: { at: String(at), padding } }));
    for (const referrer of referrers) await pushManifest(client, repository, referrer);
    for (const query of ["", `?artifactType=${encodeURIComponent(SBOM)}`]) {
      const found: string[] = [];
      let pages = 0;
      let next: string | undefined = `/v2/${repository}/referrers/${subject.digest}${query}`;
      while (next !== undefined) {
        const answer = await client.get(next);
        expectStatus(answer, 200);
        expect(answer.headers.get("OCI-Filters-Applied")).toBe(query === "" ? null : "artifactType");
        expect(answer.body.length).toBeLessThanOrEqual(4 * 1024 * 1024);
        found.push(...(answer.json() as { manifests: { digest: string }[] }).manifests.map(({ digest }) => digest));
        pages++;
        next = nextLink(answer);
      }
      expect(pages).toBeGreaterThan(1);
      expect(found.sort()).toEqual(referrers.map(({ digest }) => digest).sort());
    }
  });
});
