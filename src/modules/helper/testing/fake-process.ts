import { encodeFrame, type Frame, readFrames } from "../frame.ts";
import type { FrameHeader } from "../frame-header.ts";
import type { HelperProcess } from "../helper-process.ts";
import { CUE_VERSION, PROTOCOL } from "../wire.ts";

/** The other side of a helper's streams, for tests. */
export interface FakeProcess extends HelperProcess {
  /** Sends a frame to the side that is tested. */
  say(header: FrameHeader, body?: Uint8Array): void;
  /** Sends bytes as they are. */
  sayBytes(bytes: Uint8Array): void;
  /** Ends it, in these words. */
  end(how: string): void;
  /** What it was told so far. */
  readonly heard: readonly FrameHeader[];
}

/** A helper without a process. It answers `start`; the rest is for the test. */
export function fakeProcess(onFrame: (frame: Frame, fake: FakeProcess) => void = () => {}): FakeProcess {
  const output = queue();
  const input = queue();
  const { promise: ended, resolve: tellEnd } = Promise.withResolvers<string>();
  const heard: FrameHeader[] = [];
  const fake: FakeProcess = {
    path: "/opm-cue",
    isCarried: false,
    output: output.read(),
    write: (bytes) => input.push(bytes),
    ended,
    stop: async () => fake.end("exited with 0"),
    kill: () => fake.end("was ended by SIGKILL"),
    say: (header, body) => output.push(encodeFrame(header, body)),
    sayBytes: (bytes) => output.push(bytes),
    end(how) {
      output.push(undefined);
      input.push(undefined);
      tellEnd(how);
    },
    heard,
  };
  void (async () => {
    for await (const frame of readFrames(input.read())) {
      const { header } = frame;
      heard.push(header);
      const isStart = header.kind === "request" && header.method === "start";
      const result = { protocol: PROTOCOL, cue: CUE_VERSION, language: CUE_VERSION, go: "go" };
      if (isStart) fake.say({ kind: "reply", from: "host", id: header.id, result });
      else onFrame(frame, fake);
    }
  })();
  return fake;
}

/** Undefined ends it. */
function queue() {
  const pieces: (Uint8Array | undefined)[] = [];
  let wake: (() => void) | undefined;
  return {
    push(piece: Uint8Array | undefined) {
      pieces.push(piece);
      wake?.();
    },
    async *read(): AsyncGenerator<Uint8Array> {
      for (;;) {
        if (pieces.length === 0) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
          continue;
        }
        const piece = pieces.shift();
        if (piece === undefined) return;
        yield piece;
      }
    },
  };
}
