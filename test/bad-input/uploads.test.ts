import { describe, expect, test } from "bun:test";
import { locationOf, openUpload } from "../conformance/pushing.ts";
import { randomBlob } from "../support/content.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import { rawRequest } from "../support/raw-http.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { expectNothingStored } from "./nothing-stored.ts";

const { client, server } = useRegistry();

/** Head of a request to an upload's location, for `rawRequest`. */
function rawHead(method: string, location: string, ...headers: readonly string[]): string[] {
  const { pathname, search } = new URL(location, client.url);
  return [`${method} ${pathname}${search} HTTP/1.1`, "Host: localhost", "Connection: close", "Content-Type: application/octet-stream", ...headers];
}

/** Bytes the registry says it has; `0-0` stands for none or one. */
async function received(location: string): Promise<number> {
  const status = await client.get(location);
  expectStatus(status, 204);
  return Number(/^0-(\d+)$/.exec(status.headers.get("Range") ?? "")?.[1]);
}

/** Asks until the server has noticed that a connection is gone. */
async function settled(location: string, expected: (last: number) => boolean): Promise<number> {
  for (let round = 0; round < 100; round++) {
    const last = await received(location);
    if (expected(last)) return last;
    await Bun.sleep(20);
  }
  return received(location);
}

describe("Content-Range", () => {
  test.each(["nonsense", "0", "-9", "0-", "9-0", "a-b", "0-9-9", "0-0x9", "-1-8", "1e1-19", "0-9, 10-19", "lines 0-9", "0-99999999999999999999999"])(
    "'%s' is refused and adds nothing",
    async (range) => {
      const blob = randomBlob(10);
      const location = await openUpload(client, freshRepository());
      const answer = await client.request("PATCH", location, { headers: { "Content-Range": range }, body: blob.bytes });
      expectError(answer, [400, 416], "BLOB_UPLOAD_INVALID", "SIZE_INVALID");
      expect(await received(location)).toBe(0);
      expectStatus(await client.patch(location, blob.bytes, 0), 202);
    },
  );

  test.each([
    ["more bytes than it says", "0-4"],
    ["fewer bytes than it says", "0-19"],
  ])("%s: refused, adds nothing, and the upload goes on", async (_name, range) => {
    const blob = randomBlob(10);
    const location = await openUpload(client, freshRepository());
    const answer = await client.request("PATCH", location, { headers: { "Content-Range": range }, body: blob.bytes });
    expectError(answer, [400, 416], "SIZE_INVALID", "BLOB_UPLOAD_INVALID");
    expect(await received(location)).toBe(0);
    expectStatus(await client.patch(location, blob.bytes, 0), 202);
    expectStatus(await client.close(location, blob.digest), 201);
  });

  test("two that differ are refused", async () => {
    const location = await openUpload(client, freshRepository());
    const answer = await rawRequest(server().url, rawHead("PATCH", location, "Content-Range: 0-9", "Content-Range: 5-14", "Content-Length: 10"), "0123456789");
    expect(answer.status).toBeOneOf([400, 416]);
    expect(await received(location)).toBe(0);
  });

  test("the closing PUT holds to it as well", async () => {
    const blob = randomBlob(10);
    const location = await openUpload(client, freshRepository());
    for (const range of ["nonsense", "5-14", "0-4", "0-19"]) {
      expectError(await client.close(location, blob.digest, blob.bytes, { "Content-Range": range }), [400, 416], "BLOB_UPLOAD_INVALID", "SIZE_INVALID");
    }
    expectStatus(await client.close(location, blob.digest, blob.bytes, { "Content-Range": "0-9" }), 201);
  });
});

describe("a body that breaks off", () => {
  test.each(["end", "destroy"] as const)("in a PATCH (%s): the client learns where to go on", async (afterwards) => {
    const repository = freshRepository();
    const blob = randomBlob(100_000);
    const location = await openUpload(client, repository);
    const part = blob.bytes.slice(0, 60_000);
    await rawRequest(server().url, rawHead("PATCH", location, "Content-Length: 100000"), part, { afterwards });
    const last = await settled(location, (at) => at === 59_999);
    const start = last === 0 ? 0 : last + 1;
    expect(start).toBeLessThanOrEqual(60_000);
    const patched = await client.patch(location, blob.bytes.slice(start), start);
    expectStatus(patched, 202);
    expectStatus(await client.close(locationOf(patched), blob.digest), 201);
  });

  test.each(["Content-Length: 100000", "Transfer-Encoding: chunked"])("in a closing PUT with %s: no blob", async (framing) => {
    const repository = freshRepository();
    const blob = randomBlob(100_000);
    const location = `${await openUpload(client, repository)}?digest=${randomBlob().digest}`;
    const part = framing.startsWith("Content") ? blob.bytes.slice(0, 60_000) : new TextEncoder().encode("5\r\nhello\r\n");
    await rawRequest(server().url, rawHead("PUT", location, framing), part, { afterwards: "destroy" });
    expectStatus(await client.head(`/v2/${repository}/blobs/${blob.digest}`), 404);
  });

  test.each(["end", "destroy"] as const)("whose first part has the digest that is claimed (%s): no blob", async (afterwards) => {
    const repository = freshRepository();
    const blob = randomBlob(1000);
    const head = rawHead("POST", `/v2/${repository}/blobs/uploads/?digest=${blob.digest}`, "Content-Length: 2000");
    const answer = await rawRequest(server().url, head, blob.bytes, { afterwards });
    expect(answer.status).toBeLessThan(500);
    expect(answer.status).not.toBe(201);
    expectStatus(await client.head(`/v2/${repository}/blobs/${blob.digest}`), 404);
  });

  test("of a manifest: no manifest", async () => {
    const repository = freshRepository();
    const head = [`PUT /v2/${repository}/manifests/latest HTTP/1.1`, "Host: localhost", "Connection: close", "Content-Length: 500"];
    await rawRequest(server().url, head, '{"schemaVersion":2,', { afterwards: "destroy" });
    expectStatus(await client.head(`/v2/${repository}/manifests/latest`), 404);
  });
});

test("a mount with a malformed digest opens no session", async () => {
  expectError(await client.post(freshRepository(), { mount: "sha256:x", from: "a/b" }), 400, "DIGEST_INVALID");
});

test("a session refused for its digest left no blob behind", async () => {
  const repository = freshRepository();
  const [blob, other] = [randomBlob(), randomBlob()];
  const location = await openUpload(client, repository);
  expectError(await client.close(location, other.digest, blob.bytes), 400, "DIGEST_INVALID");
  for (const { digest } of [blob, other]) expectStatus(await client.head(`/v2/${repository}/blobs/${digest}`), 404);
});

describe("a server of its own", () => {
  const fresh = useRegistry({ config: { limits: { blobSize: 1000, uploads: 3 } } });

  test("a blob over the limit is refused in every way, and the rest goes on", async () => {
    const repository = freshRepository();
    const blob = randomBlob(1001);
    expectError(await fresh.client.request("POST", `/v2/${repository}/blobs/uploads/?digest=${blob.digest}`, { body: blob.bytes }), [400, 413]);
    const location = await openUpload(fresh.client, repository);
    expectError(await fresh.client.patch(location, blob.bytes, 0), [400, 413]);
    expectError(await fresh.client.patch(location, blob.bytes), [400, 413]);
    expectError(await fresh.client.close(location, blob.digest, blob.bytes), [400, 413]);
    await expectNothingStored(fresh.client);
    const small = randomBlob(1000);
    expectStatus(await fresh.client.close(await openUpload(fresh.client, repository), small.digest, small.bytes), 201);
  });

  test("bytes for too many sessions are 429 with Retry-After, until one ends; empty ones count for nothing", async () => {
    const repository = freshRepository();
    const empty = [];
    for (let round = 0; round < 20; round++) empty.push(await openUpload(fresh.client, repository));
    const locations: string[] = [];
    let refused: string | undefined;
    for (const location of empty) {
      const patched = await fresh.client.patch(location, randomBlob(10).bytes);
      if (patched.status === 202) {
        locations.push(locationOf(patched));
      } else {
        expectError(patched, 429, "TOOMANYREQUESTS");
        expect(patched.headers.get("Retry-After")).toMatch(/^\d+$/);
        refused = location;
        break;
      }
    }
    expect(locations.length).toBeWithin(1, 4);
    expectStatus(await fresh.client.get(refused ?? ""), 204);
    expectStatus(await fresh.client.delete(locations[0] ?? ""), 204);
    expectStatus(await fresh.client.patch(refused ?? "", randomBlob(10).bytes), 202);
  });

  test("locations that this registry did not give, or not for this, are 404", async () => {
    const [repository, other] = [freshRepository(), freshRepository()];
    const location = await openUpload(fresh.client, repository);
    const blob = randomBlob(10);
    const { pathname } = new URL(location, fresh.client.url);
    const flip = (text: string) => (text === "A" ? "B" : "A");
    const forged = [
      pathname.replace(repository, other),
      pathname.slice(0, -1),
      `${pathname}A`,
      pathname.slice(0, -20) + flip(pathname.at(-20) ?? "") + pathname.slice(-19),
      pathname.replace(".sha256.", ".sha512."),
      pathname.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?=\.)/, crypto.randomUUID()),
      pathname.replace(/\.[^/]*$/, ""),
      pathname.replace(/\.[^/.]*$/, "."),
      `${pathname}%00`,
      `${pathname}${".A".repeat(2000)}`,
    ];
    for (const path of forged) {
      expectError(await fresh.client.get(path), 404, "BLOB_UPLOAD_UNKNOWN");
      expectError(await fresh.client.patch(path, blob.bytes), 404, "BLOB_UPLOAD_UNKNOWN");
      expectError(await fresh.client.close(path, blob.digest, blob.bytes), 404, "BLOB_UPLOAD_UNKNOWN");
      expectError(await fresh.client.delete(path), 404, "BLOB_UPLOAD_UNKNOWN");
    }
    // Clients add, keep and drop parameters as they like.
    expectStatus(await fresh.client.get(`${pathname}?_state=x&digest=&a=b`), 204);
    expectStatus(await fresh.client.close(pathname, blob.digest, blob.bytes), 201);
  });
});
