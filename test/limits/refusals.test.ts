import { describe, expect, test } from "bun:test";
import type { ErrorCode } from "../../src/oci/error-codes.ts";
import { randomBlob } from "../support/content.ts";
import { expectBytes, expectErrorBody } from "../support/expectations.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";
import { headOf, openConnection } from "./connection.ts";

const MIB = 1024 * 1024;
const LARGE = 8 * MIB;

/** Milliseconds after which a client that was refused and sends nothing more must have lost its connection. */
const DISCARD_LIMIT = 15_000;

const anonymousPulls = { grants: [{ subjects: ["anonymous"], repositories: "open/**", actions: ["pull", "push"] }] };
const { client, server } = useRegistry({ config: { limits: { idle: "1s", manifestSize: "64KiB", blobSize: "1MiB" }, access: anonymousPulls } });

const repository = freshRepository("open");
const digest = randomBlob().digest;

const REFUSED: readonly [string, string, number, ErrorCode][] = [
  ["413: a manifest that is too large", `PUT /v2/${repository}/manifests/large`, 413, "MANIFEST_INVALID"],
  ["404: an upload that is not there", `PATCH /v2/${repository}/blobs/uploads/${crypto.randomUUID()}`, 404, "BLOB_UPLOAD_UNKNOWN"],
  ["401: nobody logged in", `PUT /v2/closed/manifests/large`, 401, "UNAUTHORIZED"],
  ["404: no endpoint", "PUT /v2/nothing", 404, "UNSUPPORTED"],
  ["405: no such method", `PUT /v2/${repository}/blobs/${digest}`, 405, "UNSUPPORTED"],
];

describe.each(REFUSED)("a request with a large body is refused early: %s", (_name, request, status, code) => {
  test("the answer comes before the body was sent, and the connection ends when the client waits on", async () => {
    const connection = await openConnection(server().url);
    await connection.write(headOf(request, [`Content-Length: ${LARGE}`]));
    const answer = await connection.answer();
    expect(answer.status).toBe(status);
    expectErrorBody(answer.body, code);
    await connection.closed(DISCARD_LIMIT);
  });

  test("a client that sends all of it all the same gets the answer, and its next request is read rightly", async () => {
    const connection = await openConnection(server().url);
    await connection.write(headOf(request, [`Content-Length: ${LARGE}`]));
    void connection.write(Buffer.alloc(LARGE, "GET /v2/ HTTP/1.1\r\n\r\n"));
    expect((await connection.answer()).status).toBe(status);
    await connection.write(headOf("GET /healthz"));
    const next = await connection.answer().catch(() => undefined);
    // Either the connection goes on behind the body, or it is over; the body is never read as requests.
    if (next !== undefined) expect([next.status, next.body]).toEqual([200, '{"status":"ok"}']);
    expect(connection.received()).toBe("");
    connection.destroy();
  });

  test("a client that asks before it sends is refused and sends nothing", async () => {
    const connection = await openConnection(server().url);
    await connection.write(headOf(request, [`Content-Length: ${LARGE}`, "Expect: 100-continue"]));
    const first = await connection.answer();
    const answer = first.status === 100 ? await connection.answer() : first;
    expect(answer.status).toBe(status);
    await connection.closed(DISCARD_LIMIT);
  });
});

test("a blob that turns out too large while it arrives in chunks is refused", async () => {
  const connection = await openConnection(server().url);
  await connection.write(headOf(`POST /v2/${repository}/blobs/uploads/?digest=${digest}`, ["Transfer-Encoding: chunked"]));
  const piece = Buffer.alloc(MIB / 4);
  for (let sent = 0; sent < 8 && connection.received() === ""; sent++) {
    await connection.write(`${piece.length.toString(16)}\r\n`);
    await connection.write(piece);
    await connection.write("\r\n");
  }
  const answer = await connection.answer();
  expect(answer.status).toBe(413);
  expectErrorBody(answer.body, "SIZE_INVALID");
  connection.destroy();
});

test("Expect: 100-continue: the server asks for the body and takes it", async () => {
  const blob = randomBlob(100_000);
  const connection = await openConnection(server().url);
  await connection.write(headOf(`POST /v2/${repository}/blobs/uploads/?digest=${blob.digest}`, ["Content-Length: 100000", "Expect: 100-continue"]));
  expect((await connection.answer()).status).toBe(100);
  await connection.write(blob.bytes);
  expect((await connection.answer()).status).toBe(201);
  expectBytes(await client.get(`/v2/${repository}/blobs/${blob.digest}`), blob.bytes);
  connection.destroy();
});

describe("one connection for many requests", () => {
  test("goes on after answers that are errors", async () => {
    const connection = await openConnection(server().url);
    const requests: readonly [string, number][] = [
      [`GET /v2/${repository}/blobs/sha256:short`, 400],
      ["GET /healthz", 200],
      [`GET /v2/${freshRepository("open")}/tags/list`, 404],
      ["GET /v2/closed/tags/list", 401],
      ["GET /nothing", 404],
      ["DELETE /v2/", 405],
      ["GET /healthz", 200],
    ];
    for (const [request, status] of requests) {
      await connection.write(headOf(request));
      expect([request, (await connection.answer()).status]).toEqual([request, status]);
    }
    connection.destroy();
  });

  test("pipelined requests are answered in their order", async () => {
    const blob = randomBlob(1000);
    const connection = await openConnection(server().url);
    const post = headOf(`POST /v2/${repository}/blobs/uploads/?digest=${blob.digest}`, ["Content-Length: 1000"]);
    const requests = [
      Buffer.from(headOf("GET /v2/nothing")),
      Buffer.from(post),
      blob.bytes,
      Buffer.from(headOf("GET /healthz")),
      // Its answer announces a length and has no body, which this reader cannot know: it is the last.
      Buffer.from(headOf(`HEAD /v2/${repository}/blobs/${digest}`, ["Connection: close"])),
    ];
    await connection.write(Buffer.concat(requests));
    const statuses = [];
    for (let at = 0; at < 3; at++) statuses.push((await connection.answer()).status);
    await connection.closed();
    expect(statuses).toEqual([404, 201, 200]);
    expect(connection.received()).toMatch(/^HTTP\/1\.1 404 .*\r\n\r\n$/s);
  });
});
