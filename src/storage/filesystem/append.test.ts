import { afterAll, afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import type { ByteSource, TakePiece } from "../byte-source.ts";
import { bytesOf, messageOf, sourceOf } from "../testing/content.ts";
import type { FileLayer, OpenFile } from "./file-layer.ts";
import { HashPlacement } from "./hash-placement.ts";
import { type HashStarter, HashThread } from "./hash-thread.ts";
import { nodeFiles } from "./node-files.ts";
import { StagedUpload } from "./staged-upload.ts";

const content = bytesOf(3_000_000);

/** What a write does: it is done at once, some turns later, milliseconds later, or fails after half of its bytes. */
type Fate = "now" | "turn" | "later" | "fails";

const FATES = fc.array(fc.constantFrom<Fate>("now", "now", "turn", "later"), { minLength: 1, maxLength: 20 });
const SIZES = fc.array(fc.oneof(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 150_000 })), { maxLength: 20 });

let folder: string;
let uploads = 0;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "content-append-"));
});
afterEach(() => rm(folder, { recursive: true }));

const thread = new HashThread();
afterAll(() => thread.close());

/** Files of the operating system whose writes have these fates in turn. */
function filesWith(fates: readonly Fate[]): FileLayer {
  let writes = 0;
  const wrap = (file: OpenFile): OpenFile => ({
    ...file,
    write(bytes, position) {
      const fate = fates[writes++ % fates.length];
      if (fate === "now") return file.write(bytes, position);
      if (fate === "fails") return Promise.resolve(file.write(bytes.subarray(0, bytes.length >> 1), position)).then(() => Promise.reject(new Error("broken")));
      return new Promise<void>((resolve) => (fate === "turn" ? setImmediate(resolve) : setTimeout(resolve, 1))).then(() => file.write(bytes, position));
    },
  });
  return {
    ...nodeFiles,
    async open(path, mode) {
      const file = await nodeFiles.open(path, mode);
      return file === undefined ? undefined : wrap(file);
    },
  };
}

/** A source that gives pieces on from timers, whether it is asked for them or not, as a socket does, and uses their memory again. */
function arriving(pieces: readonly Uint8Array[]): ByteSource {
  const drain = (take: TakePiece, signal: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      const queue = [...pieces];
      let taking = false;
      signal.addEventListener("abort", () => reject(signal.reason));
      const give = () => {
        if (signal.aborted || taking) return;
        const next = queue.shift();
        if (next === undefined) return resolve();
        const piece = Buffer.from(next);
        try {
          const pending = take(piece);
          if (pending === undefined) {
            piece.fill(0);
            return void setImmediate(give);
          }
          taking = true;
          pending.then(() => {
            piece.fill(0);
            taking = false;
            give();
          }, reject);
        } catch (error) {
          reject(error);
        }
      };
      give();
    });
  return { [Symbol.asyncIterator]: () => sourceOf(Buffer.concat(pieces))[Symbol.asyncIterator](), drain };
}

function cut(sizes: readonly number[]): Uint8Array[] {
  let position = 0;
  return sizes.map((size) => {
    position += size;
    return content.subarray(position - size, position);
  });
}

/** @param here whether there is room for its hash in this thread, else it is in `elsewhere` */
async function stagedUpload(files: FileLayer, here = true, elsewhere: HashStarter = thread): Promise<StagedUpload> {
  const placement = new HashPlacement(() => !here);
  const upload = new StagedUpload(`upload${++uploads}`, join(folder, `upload${uploads}`), "sha256", files, { placement, thread: elsewhere });
  await upload.create();
  await upload.acquire();
  return upload;
}

const sha256 = (bytes: Uint8Array) => `sha256:${new Bun.CryptoHasher("sha256").update(bytes).digest("hex")}`;

test("however writes go, the file has every byte once and in order, and the hash is that of the file", async () => {
  await fc.assert(
    fc.asyncProperty(SIZES, SIZES, FATES, fc.boolean(), async (first, second, fates, here) => {
      const upload = await stagedUpload(filesWith(fates), here);
      const pieces = cut([...first, ...second]);
      const middle = await upload.append(0, arriving(pieces.slice(0, first.length)), {});
      const end = await upload.append(middle, arriving(pieces.slice(first.length)), {});
      const file = await readFile(upload.path);
      expect(end).toBe(Buffer.concat(pieces).length);
      expect(file.equals(content.subarray(0, end))).toBe(true);
      expect(await upload.digest("sha256")).toBe(sha256(file));
      await upload.discard();
    }),
    { numRuns: 60 },
  );
}, 60_000);

test("after a write that failed the file has what was written before, and goes on from there", async () => {
  const withFailure = fc
    .tuple(FATES, fc.array(fc.constantFrom<Fate>("now", "turn"), { minLength: 50, maxLength: 50 }))
    .map(([start, rest]) => [...start, "fails" as const, ...rest]);
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 100_000 }), { minLength: 21, maxLength: 25 }),
      withFailure,
      fc.boolean(),
      async (sizes, fates, here) => {
        const upload = await stagedUpload(filesWith(fates), here);
        const pieces = cut(sizes);
        expect(await messageOf(upload.append(0, arriving(pieces), {}))).toBe("broken");
        const kept = upload.size;
        expect((await readFile(upload.path)).equals(content.subarray(0, kept))).toBe(true);
        const whole = Buffer.concat(pieces);
        expect(await upload.append(kept, arriving([whole.subarray(kept)]), {})).toBe(whole.length);
        expect(await upload.digest("sha256")).toBe(sha256(whole));
        await upload.discard();
      },
    ),
    { numRuns: 30 },
  );
}, 60_000);

test("an abort during a slow write ends it after that write, with every byte of it counted", async () => {
  await fc.assert(
    fc.asyncProperty(
      SIZES.filter((sizes) => sizes.length > 2),
      async (sizes) => {
        const upload = await stagedUpload(filesWith(["turn", "later"]));
        const aborting = new AbortController();
        const appending = messageOf(upload.append(0, arriving(cut(sizes)), { signal: aborting.signal }));
        setImmediate(() => aborting.abort(new Error("gone")));
        expect(await appending).toBe("gone");
        const file = await readFile(upload.path);
        expect(file.length).toBe(upload.size);
        expect(file.equals(content.subarray(0, upload.size))).toBe(true);
        await upload.discard();
      },
    ),
    { numRuns: 30 },
  );
}, 60_000);

test("who gives the file back has its hash give it back as well, and the hash goes on", async () => {
  let rests = 0;
  const elsewhere: HashStarter = {
    begin(algorithm, path) {
      const hash = thread.begin(algorithm, path);
      const rest = () => {
        rests++;
        hash.rest();
      };
      return { ...hash, rest };
    },
  };
  const upload = await stagedUpload(nodeFiles, false, elsewhere);
  const middle = await upload.append(0, sourceOf(content.subarray(0, 2_000_000)), {});
  expect(rests).toBe(0);
  await upload.release();
  expect(rests).toBe(1);
  await upload.acquire();
  await upload.append(middle, sourceOf(content.subarray(middle)), {});
  expect(await upload.digest("sha256")).toBe(sha256(content));
  await upload.discard();
});

test.each([1, 20_000, 65_536, 65_537])("%d bytes in one piece can be read, although their memory is used again", async (size) => {
  const upload = await stagedUpload(nodeFiles);
  await upload.append(0, arriving(cut([size])), {});
  expect(Buffer.from(await upload.read()).equals(content.subarray(0, size))).toBe(true);
  await upload.close();
});
