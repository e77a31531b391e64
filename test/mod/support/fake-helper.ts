// A helper for tests, in a process of its own: it answers `start` properly and then does what its argument says.
import { closeSync } from "node:fs";
import { encodeFrame, readFrames } from "../../../src/modules/helper/frame.ts";
import { HEADER_LIMIT, PROTOCOL } from "../../../src/modules/helper/wire.ts";

const start = { protocol: PROTOCOL, cue: "v0.17.1", language: "v0.17.0", go: "go" };

const say = (bytes: Uint8Array) => Bun.write(Bun.stdout, bytes);

const BEHAVIOURS: Readonly<Record<string, () => unknown>> = {
  // says in a file that it does
  hang: () => Bun.write(process.argv[3] ?? "", "hanging"),
  crash: () => {
    process.stderr.write("panic: runtime error: index out of range [3]\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:12\n");
    process.exit(2);
  },
  kill: () => process.kill(process.pid, "SIGKILL"),
  // half a frame
  torn: async () => {
    await say(encodeFrame({ kind: "reply", from: "host", id: 2, result: {} }).subarray(0, 20));
    process.exit(0);
  },
  garbage: () => say(Buffer.from("Hello, this is not a frame at all.\n")),
  huge: () => say(Buffer.from(new Uint32Array([HEADER_LIMIT + 1, 0]).buffer).swap32()),
  // a header as large as is allowed, of which nothing comes
  promise: async () => {
    await say(Buffer.from(new Uint32Array([HEADER_LIMIT, 0]).buffer).swap32());
    process.exit(0);
  },
  noise: async () => {
    for (let line = 0; line < 20_000; line++) process.stderr.write(`warning ${line}: ${"x".repeat(100)}\n`);
    await say(encodeFrame({ kind: "reply", from: "host", id: 2, result: {} }));
  },
  // its output ends, but it does not
  mute: () => {
    closeSync(1);
    return new Promise(() => setInterval(() => {}, 1000));
  },
};

const behaviour = process.argv[2] ?? "";
if (behaviour === "dead") process.exit(3);
for await (const { header } of readFrames(Bun.stdin.stream())) {
  if (header.kind !== "request") continue;
  if (behaviour === "deaf") continue;
  if (header.method === "start") await say(encodeFrame({ kind: "reply", from: "host", id: header.id, result: start }));
  else await BEHAVIOURS[behaviour]?.();
}
