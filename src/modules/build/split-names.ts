import { ModuleError } from "../helper/helper.ts";
import type { RenderedObject } from "./build.ts";

/** What no part of a file name may have: separators of folders, drives and streams, and control characters. */
const UNSAFE = /[/\\\p{Cc}]/u;

/**
 * A file name for each object, `deployment-web.yaml`; the next of the same name is `deployment-web-2.yaml`, also where only
 * upper and lower case tell them apart.
 * @throws ModuleError `invalid` for an object without a kind or name, or whose name is none of a file
 */
export function splitNames(objects: readonly Pick<RenderedObject, "kind" | "name">[], extension: string): string[] {
  const taken = new Set<string>();
  return objects.map(({ kind, name }) => {
    if (kind === undefined || name === undefined) throw new ModuleError("invalid", "what has no kind and no name has no file name: build it without --split");
    const stem = `${kind}-${name}`.toLowerCase();
    if (UNSAFE.test(stem)) throw new ModuleError("invalid", `${JSON.stringify(`${kind}/${name}`)} cannot be the name of a file: build it without --split`);
    for (let count = 1; ; count += 1) {
      const file = `${stem}${count === 1 ? "" : `-${count}`}.${extension}`;
      if (taken.has(file)) continue;
      taken.add(file);
      return file;
    }
  });
}
