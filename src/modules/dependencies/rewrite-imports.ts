import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileError } from "../../client/content/files.ts";
import { replaceText } from "../files/write-texts.ts";
import type { ModuleSession } from "../module-session.ts";

/** Imports of one module that become those of another; both paths have majors. */
export interface ImportRewrite {
  readonly from: string;
  readonly to: string;
}

/** Files whose imports were changed. */
export interface RewrittenImports {
  /** Relative to the root, sorted. */
  readonly files: readonly string[];
  /** Puts the old texts back. */
  undo(): Promise<void>;
}

interface Call {
  readonly root: string;
  readonly signal?: AbortSignal;
}

/** Changes imports in the files of a module, one rewrite after the other; call it under the lock. Where one fails all texts are as they were. */
export async function rewriteImports(
  { helper }: Pick<ModuleSession, "helper">,
  rewrites: readonly ImportRewrite[],
  { root, signal }: Call,
): Promise<RewrittenImports> {
  const before = new Map<string, string>();
  const undo = async () => {
    for (const [path, text] of before) await replaceText(join(root, path), text);
  };
  try {
    for (const rewrite of rewrites) {
      const { files } = await helper.call("rewriteImports", { root, ...rewrite }, signal === undefined ? {} : { signal });
      for (const { path, text } of files) {
        if (!before.has(path)) before.set(path, await readText(join(root, path)));
        await replaceText(join(root, path), text);
      }
    }
  } catch (error) {
    await undo();
    throw error;
  }
  return { files: [...before.keys()].sort(), undo };
}

async function readText(path: string): Promise<string> {
  return await readFile(path, "utf8").catch((cause) => {
    throw fileError(`cannot read ${path}`, cause);
  });
}
