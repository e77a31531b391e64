import { constants } from "node:fs";
import { copyFile, open, rm } from "node:fs/promises";
import type { Descriptor } from "../../oci/descriptor.ts";
import { digestAlgorithm } from "../../oci/digest.ts";
import { isClientError } from "../client-error.ts";
import { digestFile, fileError, readFileStream } from "./files.ts";
import { verified } from "./verified.ts";
import { writeAll } from "./write-stream.ts";

/**
 * Makes the file `to`, which must not be there, of the bytes of `from`, hashed while they are copied. Where the file system can
 * share content it does, and what is shared is hashed.
 * @returns false where they are not what the descriptor says: then there is no file `to`
 */
export async function copyVerified(from: string, to: string, descriptor: Pick<Descriptor, "digest" | "size">): Promise<boolean> {
  try {
    if (await isShared(from, to)) {
      const actual = await digestFile(to, digestAlgorithm(descriptor.digest));
      if (actual.digest === descriptor.digest) return true;
      await rm(to, { force: true });
      return false;
    }
    await copy(from, to, descriptor);
    return true;
  } catch (cause) {
    await rm(to, { force: true }).catch(() => {});
    if (isClientError(cause, "invalid") || isClientError(cause, "not-found")) return false;
    throw fileError(`cannot write ${to}`, cause);
  }
}

/** Makes the file `to` by sharing the content of `from`. Errors, such as that of a file system that cannot, are no more than a no: the copy tells them. */
export async function isShared(from: string, to: string): Promise<boolean> {
  return await copyFile(from, to, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL).then(
    () => true,
    () => false,
  );
}

async function copy(from: string, to: string, descriptor: Pick<Descriptor, "digest" | "size">): Promise<void> {
  const file = await open(to, "wx");
  try {
    for await (const piece of verified(readFileStream(from, { reuse: true }), descriptor, from)) await writeAll(file, piece);
  } finally {
    await file.close();
  }
}
