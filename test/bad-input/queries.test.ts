import { beforeAll, describe, expect, test } from "bun:test";
import { pushManifest } from "../conformance/pushing.ts";
import { indexOf, randomBlob } from "../support/content.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";

const { client } = useRegistry();
const repository = freshRepository();
const lists = [`/v2/${repository}/tags/list`, "/v2/_catalog"];
beforeAll(async () => {
  for (const tag of ["a", "b", "c"]) await pushManifest(client, repository, indexOf([]), tag);
});

describe.each(lists)("%s", (path) => {
  test.each(["-1", "x", "1.5", "1e3", "0x10", "", " ", "+1", "1,2", "99999999999999999999", "NaN", "١"])("n=%s is 400", async (n) => {
    expectError(await client.get(`${path}?n=${encodeURIComponent(n)}`), 400, "UNSUPPORTED");
  });

  test("a huge but whole n is all", async () => {
    expectStatus(await client.get(`${path}?n=100000000`), 200);
  });

  test.each(["zzzz", "%00", "%F0%9F%92%A9", "..%2F..", "'%20OR%201=1--", "%", "x".repeat(4000), "_%25"])("an odd last '%s' is no failure", async (last) => {
    const answer = await client.get(`${path}?last=${last}`);
    expect(answer.status).toBeOneOf([200, 400]);
    if (answer.status === 400) expectError(answer, 400);
  });
});

describe("queries", () => {
  test("a thousand parameters are no failure", async () => {
    const many = Array.from({ length: 500 }, (_, at) => `p${at}=${at}`).join("&");
    for (const path of [...lists, `/v2/${repository}/manifests/a`, `/v2/${repository}/referrers/${randomBlob().digest}`]) {
      expectStatus(await client.get(`${path}?${many}`), 200);
    }
  });

  test("more tags than a request may carry are 400, 414 or 431, and none is set", async () => {
    const manifest = indexOf([], { annotations: { id: crypto.randomUUID() } });
    const tags = Array.from({ length: 1500 }, (_, at) => `many-${at}`);
    const answer = await client.putManifest(repository, manifest.digest, manifest, tags);
    expect(answer.status).toBeOneOf([201, 400, 414, 431]);
    const set = (await client.head(`/v2/${repository}/manifests/many-0`)).status;
    expect(set).toBe(answer.status === 201 ? 200 : 404);
  });

  test("an artifactType filter that is no media type finds nothing, or is refused", async () => {
    for (const type of ["x", "%00", "a/b/c", "'%20OR%201=1--", "x".repeat(5000), "%E0%A4%A"]) {
      const answer = await client.get(`/v2/${repository}/referrers/${randomBlob().digest}?artifactType=${type}`);
      expect(answer.status).toBeOneOf([200, 400, 414, 431]);
      if (answer.status === 200) expect(answer.json()).toMatchObject({ manifests: [] });
    }
  });

  test.each(["-1", "x", "99999999999999999999"])("n=%s of referrers is 400 or ignored", async (n) => {
    const answer = await client.get(`/v2/${repository}/referrers/${randomBlob().digest}?n=${n}`);
    expect(answer.status).toBeOneOf([200, 400]);
    if (answer.status === 400) expectError(answer, 400, "UNSUPPORTED");
  });
});
