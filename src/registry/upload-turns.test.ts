import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { sourceOf } from "../storage/testing/content.ts";
import { openUpload } from "./open-upload.ts";
import type { Registry } from "./registry.ts";
import { ACTOR, codeOf, type Fixture, newContent, openFixture, repositoryName } from "./testing/fixture.ts";
import type { SessionReference } from "./upload-session.ts";
import { UploadTurns } from "./upload-turns.ts";
import { appendToUpload, type Chunk, cancelUpload, finishUpload, uploadStatus } from "./uploads.ts";

const repository = repositoryName("turns/one");

let fixture: Fixture;
/** Of the fixture, unless a test has another. */
let registry: Registry;
beforeEach(async () => {
  fixture = await openFixture();
  registry = fixture.registry;
});
afterEach(() => fixture.close());

interface Connection {
  readonly body: AsyncGenerator<Uint8Array>;
  send(bytes: Uint8Array): void;
  end(): void;
}

/** A body that comes as the test says, and is silent in between. */
function connection(): Connection {
  const queue: Uint8Array[] = [];
  let over = false;
  let wake = Promise.withResolvers<void>();
  async function* body() {
    for (;;) {
      for (let piece = queue.shift(); piece !== undefined; piece = queue.shift()) yield piece;
      if (over) return;
      await wake.promise;
      wake = Promise.withResolvers();
    }
  }
  return {
    body: body(),
    send(bytes) {
      queue.push(bytes);
      wake.resolve();
    },
    end() {
      over = true;
      wake.resolve();
    },
  };
}

function open(): SessionReference {
  const { location } = openUpload(registry, repository, "sha256", ACTOR);
  return { repository, location, actor: ACTOR };
}

const append = (session: SessionReference, chunk: Chunk) => appendToUpload(registry, session, chunk);
const sizeOf = async (session: SessionReference) => (await uploadStatus(registry, session)).size;

async function untilSize(session: SessionReference, size: number): Promise<void> {
  for (const end = Date.now() + 50_000; (await sizeOf(session)) !== size; await Bun.sleep(2)) if (Date.now() > end) throw new Error(`never ${size} bytes`);
}

/** A session with the first 400 of 1000 bytes, whose connection has fallen silent. */
async function stalled() {
  const session = open();
  const blob = newContent(1000);
  const older = connection();
  const first = append(session, { body: older.body, range: { start: 0, end: 999 } }).catch((error: unknown) => error);
  older.send(blob.bytes.subarray(0, 400));
  await untilSize(session, 400);
  return { session, blob, older, first };
}

describe("another request goes on with an upload whose connection is silent", () => {
  test.each([
    // one that waited would not end in the time of a test
    ["at the byte it names, at once", { start: 400, end: 999 }, 3_600_000],
    ["without naming one, after a moment", undefined, undefined],
  ])("%s; no byte of the older one lands afterwards", async (_name, range, silence) => {
    registry = { ...fixture.registry, turns: new UploadTurns(silence) };
    const { session, blob, older, first } = await stalled();
    expect(await append(session, { body: sourceOf(blob.bytes.subarray(400)), range })).toMatchObject({ size: 1000 });
    expect(await first).toMatchObject({ code: "BLOB_UPLOAD_INVALID", status: 409, headers: { Connection: "close" } });
    older.send(new Uint8Array(600));
    older.end();
    await Bun.sleep(20);
    expect(await sizeOf(session)).toBe(1000);
    expect(await finishUpload(registry, session, { digest: blob.digest })).toBe(1000);
  });

  test("with the request that closes it", async () => {
    const { session, blob, first } = await stalled();
    const rest = { body: sourceOf(blob.bytes.subarray(400)), range: { start: 400, end: 999 }, length: 600 };
    expect(await finishUpload(registry, session, { digest: blob.digest, chunk: rest })).toBe(1000);
    expect(await first).toMatchObject({ status: 409 });
  });

  test("with one that closes it when all bytes are there", async () => {
    const { session, blob, older, first } = await stalled();
    older.send(blob.bytes.subarray(400));
    await untilSize(session, 1000);
    expect(await finishUpload(registry, session, { digest: blob.digest })).toBe(1000);
    expect(await first).toMatchObject({ status: 409 });
  });

  test("or cancels it", async () => {
    const { session, first } = await stalled();
    await cancelUpload(registry, session);
    expect(await first).toMatchObject({ code: "BLOB_UPLOAD_UNKNOWN", status: 404 });
    expect(await codeOf(uploadStatus(registry, session))).toBe("BLOB_UPLOAD_UNKNOWN");
  });
});

describe("nobody is cut off by", () => {
  test("a request at another byte: it is told where to go on", async () => {
    const { session, blob, older, first } = await stalled();
    for (const start of [0, 399, 401]) {
      const refused = await append(session, { body: sourceOf(new Uint8Array(1)), range: { start, end: start } }).catch((error: unknown) => error);
      expect(refused).toMatchObject({ status: 416, headers: { Range: "0-399" } });
    }
    older.send(blob.bytes.subarray(400));
    older.end();
    expect(await first).toMatchObject({ size: 1000 });
  });

  test("somebody else, or a request for another repository", async () => {
    const { session, blob, older, first } = await stalled();
    for (const other of [
      { ...session, actor: { subject: "somebody" } },
      { ...session, repository: repositoryName("turns/two") },
    ]) {
      const chunk = { body: sourceOf(blob.bytes.subarray(400)), range: { start: 400, end: 999 } };
      expect(await codeOf(append(other, chunk))).toBe("BLOB_UPLOAD_UNKNOWN");
      expect(await codeOf(finishUpload(registry, other, { digest: blob.digest }))).toBe("BLOB_UPLOAD_UNKNOWN");
    }
    older.send(blob.bytes.subarray(400));
    older.end();
    expect(await first).toMatchObject({ size: 1000 });
  });

  test("a request that names no byte, while bytes come", async () => {
    const { session, older, first } = await stalled();
    const timer = setInterval(() => older.send(new Uint8Array(1)), 20);
    const refused = await append(session, { body: sourceOf(new Uint8Array(1)) }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "BLOB_UPLOAD_INVALID", status: 416 });
    clearInterval(timer);
    await cancelUpload(registry, session);
    expect(await first).toMatchObject({ code: "BLOB_UPLOAD_UNKNOWN", status: 404 });
  });
});

test("of many that want to go on at the same byte one does", async () => {
  const { session, blob } = await stalled();
  const chunks = Array.from({ length: 10 }, () => append(session, { body: sourceOf(blob.bytes.subarray(400)), range: { start: 400, end: 999 } }));
  const settled = await Promise.allSettled(chunks);
  expect(settled.filter(({ status }) => status === "fulfilled").length).toBeGreaterThan(0);
  expect(await sizeOf(session)).toBe(1000);
  expect(await finishUpload(registry, session, { digest: blob.digest })).toBe(1000);
});
