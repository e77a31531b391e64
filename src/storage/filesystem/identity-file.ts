import { isUploadId } from "../content-store.ts";
import { errorCode, type FileLayer } from "./file-layer.ts";
import type { Layout } from "./layout.ts";

/** Milliseconds to wait for another process that has made the file and not written it yet, and between two looks. */
const PATIENCE = 2000;
const LOOK = 20;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The identity in the file of a content store; undefined when there is none, or a torn one, which a loss of power may leave. */
export async function readIdentity(files: FileLayer, layout: Layout): Promise<string | undefined> {
  const bytes = await files.readFile(layout.identity);
  const text = bytes === undefined ? "" : decoder.decode(bytes).trim();
  return isUploadId(text) ? text : undefined;
}

/** Writes the identity unless there is one, durably. Returns the one that is there then: of several processes one has its way. */
export async function claimIdentity(files: FileLayer, layout: Layout, identity: string): Promise<string> {
  const made = await create(files, layout.identity);
  if (!made) {
    for (const end = performance.now() + PATIENCE; ; await Bun.sleep(LOOK)) {
      const present = await readIdentity(files, layout);
      if (present !== undefined) return present;
      if (performance.now() > end) break;
    }
  }
  const file = await files.open(layout.identity, "update");
  if (file === undefined) throw new Error(`cannot write ${layout.identity}: it was removed meanwhile; try again`);
  try {
    await file.write(encoder.encode(`${identity}\n`), 0);
    await file.datasync();
  } finally {
    await file.close();
  }
  await files.syncFolder(layout.root);
  return (await readIdentity(files, layout)) ?? identity;
}

async function create(files: FileLayer, path: string): Promise<boolean> {
  try {
    const file = await files.open(path, "create");
    await file?.close();
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
}
