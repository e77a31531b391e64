import { beforeAll, describe, expect, test } from "bun:test";
import { pushManifest } from "../conformance/pushing.ts";
import { indexOf, randomBlob } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import { type RawAnswer, rawRequest } from "../support/raw-http.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";

const { client, server } = useRegistry();
const repository = freshRepository();
beforeAll(async () => {
  await pushManifest(client, repository, indexOf([]), "there");
});

/** A push in one request whose digest is that of `body` as an honest server would read it. */
function push(digest: string, headers: readonly string[], body: string | Uint8Array): Promise<RawAnswer> {
  return rawRequest(
    server().url,
    [`POST /v2/${repository}/blobs/uploads/?digest=${digest} HTTP/1.1`, "Host: localhost", "Connection: close", ...headers],
    body,
    {
      afterwards: "end",
    },
  );
}

describe("headers that contradict each other (RFC 9112, section 6.3)", () => {
  test.each([
    ["two lengths", ["Content-Length: 100", "Content-Length: 50"]],
    ["a list of lengths", ["Content-Length: 100, 50"]],
    ["a negative length", ["Content-Length: -100"]],
    ["a length that is no number", ["Content-Length: many"]],
    ["a length with a sign", ["Content-Length: +100"]],
    ["a hexadecimal length", ["Content-Length: 0x64"]],
    ["a length beyond all numbers", ["Content-Length: 99999999999999999999999999"]],
    ["a length and chunks", ["Content-Length: 100", "Transfer-Encoding: chunked"]],
    ["an unknown transfer coding", ["Transfer-Encoding: sideways"]],
    ["chunks that are not the last coding", ["Transfer-Encoding: chunked, identity"]],
    ["chunks without a size", ["Transfer-Encoding: chunked"]],
  ])("%s: refused, nothing stored", async (_name, headers) => {
    const blob = randomBlob(100);
    const answer = await push(blob.digest, headers, blob.bytes);
    expect(answer.status).toBeLessThan(500);
    expect(answer.status).not.toBe(201);
    expectStatus(await client.head(`/v2/${repository}/blobs/${blob.digest}`), 404);
  });
});

describe("requests that are none", () => {
  test.each([
    ["no version", ["GET /v2/"]],
    ["an unknown version", ["GET /v2/ HTTP/9.9", "Host: localhost"]],
    ["no host", ["GET /v2/ HTTP/1.1", "Connection: close"]],
    ["a header without a colon", ["GET /v2/ HTTP/1.1", "Host: localhost", "Connection: close", "nonsense"]],
    ["a header name with a blank", ["GET /v2/ HTTP/1.1", "Host: localhost", "Connection: close", "Bad Name: x"]],
    ["a NUL in a header", ["GET /v2/ HTTP/1.1", "Host: localhost", "Connection: close", "X-Bad: a\u0000b"]],
    ["a folded header", ["GET /v2/ HTTP/1.1", "Host: localhost", "Connection: close", "X-Folded: a", " b"]],
    ["a path of 100 kB", [`GET /v2/${"x".repeat(100_000)}/tags/list HTTP/1.1`, "Host: localhost", "Connection: close"]],
    ["a header of 1 MB", ["GET /v2/ HTTP/1.1", "Host: localhost", "Connection: close", `X-Long: ${"x".repeat(1_000_000)}`]],
    ["ten thousand headers", ["GET /v2/ HTTP/1.1", "Host: localhost", "Connection: close", ...Array.from({ length: 10_000 }, (_, at) => `X-${at}: ${at}`)]],
    ["a method that is no word", ["G(E)T /v2/ HTTP/1.1", "Host: localhost", "Connection: close"]],
    ["another protocol", ["\u0016\u0003\u0001\u0002"]],
  ])("%s: no failure of the server", async (_name, head) => {
    const answer = await rawRequest(server().url, head, "", { afterwards: "end" });
    if (answer.status !== 505) expect(answer.status).toBeLessThan(500);
    expectStatus(await client.get("/v2/"), 200);
  });
});

describe("headers with odd values", () => {
  const path = () => `/v2/${repository}/manifests/there`;

  test.each([
    ["Accept", "\u00ff;;;,,q=x"],
    ["Accept", "x".repeat(8000)],
    ["If-None-Match", '"'],
    ["If-None-Match", ",,,"],
    ["If-None-Match", '"a'.repeat(1000)],
    ["Range", `bytes=${"0-1,".repeat(1000)}0-1`],
    ["If-Range", "nonsense"],
    ["Authorization", "Basic"],
    ["Content-Type", "\u00e4/\u00f6"],
  ])("%s: %s is no failure", async (name, value) => {
    const answer = await client.get(path(), { [name]: value });
    expect(answer.status).toBeOneOf([200, 206, 304, 400, 401, 416, 431]);
  });

  test("the same header twice is no failure", async () => {
    for (const name of ["Accept", "If-None-Match", "Range", "If-Range", "Authorization", "Content-Type", "Host"]) {
      const head = [`GET ${path()} HTTP/1.1`, "Host: localhost", "Connection: close", `${name}: a/b`, `${name}: c/d`];
      const answer = await rawRequest(server().url, head);
      expect(answer.status).toBeOneOf([200, 400, 401]);
    }
  });
});
