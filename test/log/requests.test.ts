import { expect, test } from "bun:test";
import { pushBlob } from "../conformance/pushing.ts";
import { headOf, openConnection } from "../limits/connection.ts";
import { randomBlob } from "../support/content.ts";
import { untilInFlight } from "../support/requests-in-flight.ts";
import { freshRepository, useRegistry } from "../support/use-registry.ts";

const MIB = 1024 * 1024;

const { client, server } = useRegistry();
const repository = freshRepository();

interface Line {
  readonly message: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
  readonly millis: number;
}

/** The line of the log about the one request with this method and path; log lines come a moment after the answer. */
async function lineOf(method: string, path: string): Promise<Line> {
  for (const end = Date.now() + 50_000; Date.now() < end; await Bun.sleep(20)) {
    const lines = server()
      .stderr()
      .split("\n")
      .filter((line) => line.startsWith("{") && line.endsWith("}"))
      .map((line) => JSON.parse(line) as Line);
    const found = lines.find((line) => line.message === "request" && line.method === method && line.path === path);
    if (found !== undefined) return found;
  }
  throw new Error(`the log has no line about ${method} ${path}`);
}

test("a streamed upload is logged with the bytes that came, though no header said how many", async () => {
  const started = await client.post(repository);
  const path = new URL(started.headers.get("location") ?? "", server().url).pathname;
  expect((await client.patch(path, new Uint8Array(5000))).status).toBe(202);
  expect(await lineOf("PATCH", path)).toMatchObject({ status: 202, bytesIn: 5000, bytesOut: 0 });
});

test("a download is logged when it is over, with the bytes that went out", async () => {
  const blob = randomBlob(3 * MIB);
  await pushBlob(client, repository, blob);
  const path = `/v2/${repository}/blobs/${blob.digest}`;
  await client.get(path);
  expect(await lineOf("GET", path)).toMatchObject({ status: 200, bytesIn: 0, bytesOut: blob.bytes.length });
});

test("a download that the client breaks off is logged with what went out until then", async () => {
  const blob = randomBlob(64 * MIB);
  await pushBlob(client, repository, blob);
  const path = `/v2/${repository}/blobs/${blob.digest}`;
  const connection = await openConnection(server().url);
  connection.socket.pause();
  await connection.write(headOf(`GET ${path}`));
  await untilInFlight(server().url, 2);
  connection.destroy();
  const { bytesOut } = await lineOf("GET", path);
  expect(bytesOut).toBeLessThan(blob.bytes.length);
});

test("credentials are in no line", async () => {
  const basic = Buffer.from("ann:correct horse").toString("base64");
  await client.get("/v2/", { authorization: `Basic ${basic}` });
  await client.get("/token?account=ann&password=battery");
  await lineOf("GET", "/token");
  for (const secret of [basic, "correct horse", "battery"]) expect(server().stderr()).not.toContain(secret);
});
