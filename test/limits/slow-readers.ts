import { createHash } from "node:crypto";
import { headOf, openConnection } from "./connection.ts";

export interface SlowRead {
  readonly status: number;
  /** Bytes of the body that arrived, and their digest. */
  readonly size: number;
  readonly digest: string;
  readonly millis: number;
}

export interface SlowReadOptions {
  /** Bytes that are taken before each pause. */
  readonly step: number;
  /** Milliseconds. */
  readonly pause: (count: number) => number;
  readonly headers?: readonly string[];
}

/** Downloads on a connection of its own, taking a little at a time, until the server closes it. */
export async function readSlowly(url: string, path: string, options: SlowReadOptions): Promise<SlowRead> {
  const { socket } = await openConnection(url);
  socket.removeAllListeners("data");
  socket.pause();
  const started = performance.now();
  socket.write(headOf(`GET ${path}`, ["Connection: close", ...(options.headers ?? [])]));
  const hash = createHash("sha256");
  let head: string | undefined;
  let before = Buffer.alloc(0);
  let [size, sinceLast, pauses] = [0, 0, 0];
  for await (const received of socket as AsyncIterable<Buffer>) {
    let body = received;
    if (head === undefined) {
      before = Buffer.concat([before, received]);
      const split = before.indexOf("\r\n\r\n");
      if (split < 0) continue;
      head = before.subarray(0, split).toString("latin1");
      body = before.subarray(split + 4);
    }
    hash.update(body);
    size += body.length;
    sinceLast += body.length;
    if (sinceLast < options.step) continue;
    sinceLast = 0;
    await Bun.sleep(options.pause(pauses++));
  }
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(head ?? "")?.[1] ?? 0);
  return { status, size, digest: `sha256:${hash.digest("hex")}`, millis: performance.now() - started };
}
