import { lstat } from "node:fs/promises";
import { ClientError, isClientError } from "../client/client-error.ts";
import { digestFile } from "../client/content/files.ts";
import { mapParallel } from "../client/plain/parallel.ts";
import { digestAlgorithm } from "../oci/digest.ts";
import { ownFiles } from "./remove-others.ts";
import type { SiteFile } from "./site-file.ts";
import { BASE_PATH, CATALOG_PATH, fileOf, RECORD_PATH } from "./site-paths.ts";
import { readRecord } from "./site-record.ts";

/** Files that are read at a time. */
const PARALLEL = 4;

/** Something that is not as it should be. */
export interface SiteProblem {
  /** Of the file, below the folder. */
  readonly path: string;
  readonly problem: string;
}

export interface CheckedSite {
  readonly files: number;
  readonly bytes: number;
  readonly problems: SiteProblem[];
}

/**
 * Reads every file of a site and holds it against the record: what is missing, damaged, or not of the site.
 * @throws ClientError `not-found` for a folder that is no site, `invalid` for one whose building never ended
 */
export async function checkSite(folder: string, signal: AbortSignal): Promise<CheckedSite> {
  const files = await filesOf(folder);
  const found = await mapParallel(
    files,
    async (file) => {
      signal.throwIfAborted();
      return { path: file.path, problem: await problemOf(folder, file) };
    },
    PARALLEL,
  );
  const problems = found.flatMap(({ path, problem }): SiteProblem[] => (problem === undefined ? [] : [{ path, problem }]));
  const known = new Set(files.map(({ path }) => path));
  for await (const path of ownFiles(folder)) {
    if (!known.has(path) && path !== RECORD_PATH) problems.push({ path, problem: "does not belong to the site" });
  }
  return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0), problems };
}

/** The files of a site that was built to the end. */
export async function filesOf(folder: string): Promise<readonly SiteFile[]> {
  const files = await readRecord(folder);
  if (files === undefined) throw new ClientError("not-found", `${folder} is no site: it has no file ${RECORD_PATH}`);
  if (!files.some(({ path }) => path === CATALOG_PATH) || !files.some(({ path }) => path === BASE_PATH)) {
    throw new ClientError("invalid", `the site in ${folder} was never built to the end: build it again`);
  }
  return files;
}

async function problemOf(folder: string, { path, size, digest }: SiteFile): Promise<string | undefined> {
  const place = fileOf(folder, path);
  const found = await lstat(place).catch(() => undefined);
  if (found === undefined) return "is missing";
  if (!found.isFile()) return "is no file";
  if (found.size !== size) return `has ${found.size} bytes, not ${size}`;
  try {
    return (await digestFile(place, digestAlgorithm(digest))).digest === digest ? undefined : "was damaged or changed: its bytes are others";
  } catch (error) {
    if (isClientError(error)) return error.message;
    throw error;
  }
}
