import { afterEach, expect, test } from "bun:test";
import type { ServerResponse } from "node:http";
import { digestOf } from "../../oci/digest.ts";
import { parseRepositoryName } from "../../oci/name.ts";
import { type FakeRegistry, startFakeRegistry } from "../testing/fake-registry.ts";
import { breakOff, type FakeHandler, reply } from "../testing/fake-server.ts";

const CONTENT = crypto.getRandomValues(new Uint8Array(60_000));
const DESCRIPTOR = { mediaType: "application/octet-stream", digest: digestOf(CONTENT), size: CONTENT.length };

let registry: FakeRegistry | undefined;

afterEach(async () => {
  await registry?.stop();
  registry = undefined;
});

/** Bytes that the download gave so far. */
let received = 0;

/** Breaks off where the download has come to an offset. @param end of the part in the blob */
function breakAt(response: ServerResponse, status: number, headers: Readonly<Record<string, string>>, end: number, start = 0): void {
  breakOff(response, status, headers, CONTENT.subarray(start, end), () => received >= end);
}

/** Downloads the blob from a registry that answers requests for it like this. */
async function download(handler: (...parameters: [...Parameters<FakeHandler>, number]) => void, descriptor = DESCRIPTOR) {
  let asked = 0;
  const started = await startFakeRegistry({
    before: (request, response) => {
      handler(request, response, ++asked);
      return true;
    },
  });
  registry = started;
  const pieces: Uint8Array[] = [];
  received = 0;
  const read = async () => {
    for await (const piece of started.client.repository(started.host, parseRepositoryName("a")).blob(descriptor)) {
      pieces.push(Buffer.from(piece));
      received += piece.length;
    }
    return Buffer.concat(pieces);
  };
  return { result: await read().catch((error: unknown) => error), seen: started.seen };
}

const ranges = (seen: FakeRegistry["seen"]) => seen.map(({ headers }) => headers.range);
const all = { "Content-Length": String(CONTENT.length) };

test("a download that breaks off goes on where it was", async () => {
  const { result, seen } = await download((request, response, time) => {
    const start = Number(/^bytes=(\d+)-/.exec(String(request.headers.range ?? "bytes=0-"))?.[1]);
    if (time <= 2) {
      const headers = start === 0 ? all : { "Content-Length": String(CONTENT.length - start), "Content-Range": `bytes ${start}-59999/60000` };
      return breakAt(response, start === 0 ? 200 : 206, headers, start + 20_000, start);
    }
    reply(response, 206, { "Content-Range": `bytes ${start}-59999/60000` }, CONTENT.subarray(start));
  });
  expect(result).toEqual(Buffer.from(CONTENT));
  expect(ranges(seen)).toEqual([undefined, "bytes=20000-59999", "bytes=40000-59999"]);
});

test("a registry that cannot go on sends the beginning again, which does not count twice", async () => {
  const { result } = await download((_, response, time) => (time === 1 ? breakAt(response, 200, all, 20_000) : reply(response, 200, {}, CONTENT)));
  expect(result).toEqual(Buffer.from(CONTENT));
});

test("a registry that sends another part than it was asked for is not believed, but asked for all", async () => {
  const other = { "Content-Range": "bytes 0-59999/60000" };
  const { result, seen } = await download((request, response, time) =>
    time === 1 ? breakAt(response, 200, all, 20_000) : reply(response, request.headers.range ? 206 : 200, other, CONTENT),
  );
  expect(result).toEqual(Buffer.from(CONTENT));
  expect(ranges(seen)).toEqual([undefined, "bytes=20000-59999", undefined]);
});

test.each([400, 405, 416, 501])("a registry that answers %d to a request for the rest is asked for all, and not for a part again", async (status) => {
  const { result, seen } = await download((request, response, time) => {
    if (request.headers.range !== undefined) return reply(response, status, {}, "{}");
    if (time < 4) return breakAt(response, 200, all, 20_000 + time);
    reply(response, 200, all, CONTENT);
  });
  expect(result).toEqual(Buffer.from(CONTENT));
  expect(ranges(seen)).toEqual([undefined, "bytes=20001-59999", undefined, undefined]);
});

test("one that never comes further is an error of the network", async () => {
  const { result, seen } = await download((request, response) =>
    request.headers.range !== undefined ? reply(response, 400) : breakAt(response, 200, all, 20_000),
  );
  expect(result).toMatchObject({ kind: "network" });
  expect(seen.length).toBeLessThan(10);
});

test("a download that gets nowhere ends", async () => {
  const { result, seen } = await download((_, response, time) => (time === 1 ? breakAt(response, 200, all, 20_000) : void response.destroy()));
  expect(result).toMatchObject({ kind: "network" });
  expect(seen.length).toBeLessThan(10);
});

test("other content than the digest's is an error at its end", async () => {
  const other = Buffer.from(CONTENT);
  other[30_000] = (other[30_000] ?? 0) ^ 1;
  const { result } = await download((_, response) => reply(response, 200, {}, other));
  expect(result).toMatchObject({ kind: "invalid" });
  expect(String(result)).toContain("is not what its digest says");
});

test("more content than the descriptor's is not passed on", async () => {
  const { result } = await download((_, response) => reply(response, 200, {}, CONTENT), { ...DESCRIPTOR, size: 10 });
  expect(String(result)).toContain("more than the 10 bytes");
});

test("less content than the descriptor's is an error", async () => {
  const { result } = await download((_, response) => reply(response, 200, {}, CONTENT.subarray(0, 5)));
  expect(result).toMatchObject({ name: "ClientError" });
});

test.each([
  [401, "permission", "docker login"],
  [403, "permission", "who is not logged in may not do that (no pulling): run 'docker login"],
  [404, "not-found", "not found, or not visible to this user"],
  [500, "network", "failed with status 500"],
  [418, "refused", "refused with status 418"],
])("status %d is an error of %s", async (status, kind, text) => {
  const { result } = await download((_, response) => reply(response, status, {}, '{"errors":[{"code":"DENIED","message":"no\\u001bpulling"}]}'));
  expect(result).toMatchObject({ kind, status, code: "DENIED" });
  expect(String(result)).toContain(text);
});

test("what a policy of the registry refuses is no matter of rights", async () => {
  const body = '{"errors":[{"code":"DENIED","message":"versions do not change here","detail":{"policy":"versions"}}]}';
  const { result } = await download((_, response) => reply(response, 403, {}, body));
  expect(result).toMatchObject({ kind: "refused", status: 403 });
  expect(String(result)).toEndWith(": versions do not change here");
});

test("leaving the loop ends the request", async () => {
  const started = await startFakeRegistry({
    before: (_, response) => {
      response.writeHead(200, { "Content-Length": "1000000" });
      response.write(CONTENT);
      response.on("close", () => closed.resolve());
      return true;
    },
  });
  registry = started;
  const closed = Promise.withResolvers<void>();
  for await (const piece of started.client.repository(started.host, parseRepositoryName("a")).blob({ ...DESCRIPTOR, size: 1_000_000 }))
    if (piece.length > 0) break;
  await closed.promise;
});
