import { readFile } from "node:fs/promises";
import { z } from "zod";
import { ClientError } from "../client/client-error.ts";
import { fileError } from "../client/content/files.ts";
import { type SiteFile, siteFile } from "./site-file.ts";
import { fileOf, RECORD_PATH } from "./site-paths.ts";

/** What stands in `opm-site/files.json`: every file of the site but this one, by path. It says the same for the same content. */
const siteRecord = z.strictObject({ format: z.literal("opm-site/1"), files: z.array(siteFile) });

/** A site whose building has begun, and which never was one as a whole. */
export const NO_FILES = formatRecord([]);

export function formatRecord(files: readonly SiteFile[]): string {
  const lines = files.map(({ path, size, digest, type }) => JSON.stringify({ path, size, digest, type }));
  return `{"format":"opm-site/1","files":[${lines.length === 0 ? "" : `\n${lines.join(",\n")}\n`}]}\n`;
}

/**
 * The files that a folder has as a site.
 * @returns undefined for a folder that is no site
 * @throws ClientError `invalid` for a record that is none, or one of a later program
 */
export async function readRecord(folder: string): Promise<readonly SiteFile[] | undefined> {
  const path = fileOf(folder, RECORD_PATH);
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    if (cause instanceof Error && "code" in cause && (cause.code === "ENOENT" || cause.code === "ENOTDIR")) return undefined;
    throw fileError(`cannot read ${path}`, cause);
  });
  if (text === undefined) return undefined;
  const parsed = siteRecord.safeParse(parseJson(text));
  if (!parsed.success) throw new ClientError("invalid", `${path} is no record of a site that this program knows: build the site again, into an empty folder`);
  return parsed.data.files;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
