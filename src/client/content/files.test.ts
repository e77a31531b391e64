import { expect, test } from "bun:test";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { digestOf } from "../../oci/digest.ts";
import { withFolder } from "../testing/sample.ts";
import { copyVerified } from "./copy-verified.ts";
import { digestFile, readFileStream } from "./files.ts";
import { collect } from "./verified.ts";

/** Bytes of one read. */
const PIECE = 512 * 1024;

test.each([0, 1, PIECE - 1, PIECE, PIECE + 1, 2.5 * PIECE])("%d bytes are read, hashed and copied as they are", async (size) => {
  await withFolder(async (folder) => {
    const [path, copy] = [join(folder, "file"), join(folder, "copy")];
    const bytes = Buffer.from(Uint8Array.from({ length: size }, (_, at) => at % 251));
    await writeFile(path, bytes);
    const digest = digestOf(bytes);
    expect(await digestFile(path)).toEqual({ digest, size });
    expect(await copyVerified(path, copy, { digest, size })).toBe(true);
    // pieces that are kept stay what they are
    for (const read of [path, copy]) expect(Buffer.from(await collect(readFileStream(read))).equals(bytes)).toBe(true);
    const [start, length] = [Math.floor(size / 3), Math.ceil(size / 2)];
    const hasher = new Bun.CryptoHasher("sha256");
    for await (const piece of readFileStream(path, { start, length, reuse: true })) hasher.update(piece);
    expect(`sha256:${hasher.digest("hex")}`).toBe(digestOf(bytes.subarray(start, start + length)));
  });
});
