import { type Digest, digestAlgorithm } from "../../oci/digest.ts";
import type { ContentStore } from "../../storage/content-store.ts";
import { RowCounter, toLine } from "../../storage/sql/moving/lines.ts";
import { MovingError } from "../moving/moving-error.ts";
import type { BackupFolder } from "./backup-folder.ts";
import type { Cut } from "./cut.ts";
import { tablesOf } from "./cut.ts";
import { filesOf, rowsOfCut } from "./table-files.ts";

/** Something of a backup that is not as it was written. */
export interface BackupProblem {
  /** The cut that needs it; undefined: all that have it. */
  readonly cut?: string | undefined;
  readonly digest?: Digest | undefined;
  readonly problem: "missing" | "corrupt";
  /** One line: what it is. */
  readonly what: string;
}

export interface VerifyOptions {
  /** Of these cuts; default: of all. */
  readonly cuts?: readonly string[] | undefined;
  readonly signal: AbortSignal;
  readonly onContent?: (progress: { readonly bytes: number }) => void;
}

export interface Verified {
  readonly cuts: number;
  /** Files that were read, and bytes of them. */
  readonly contents: number;
  readonly bytes: number;
  readonly problems: readonly BackupProblem[];
}

/** Reads every file of a backup, compares it with its digest, and looks whether each cut has all of its own. Changes nothing. */
export async function verifyBackup(folder: BackupFolder, { cuts, signal, onContent }: VerifyOptions): Promise<Verified> {
  const names = cuts ?? (await folder.names());
  if (names.length === 0) throw new MovingError("there is no cut in this folder: name that of opm backup create");
  const problems: BackupProblem[] = [];
  const corrupt = new Set<Digest>();
  let [contents, bytes] = [0, 0];
  for await (const { digest, size } of folder.content.list()) {
    signal.throwIfAborted();
    if (digest === undefined) continue;
    if (!(await isWhole(folder.content, digest))) {
      corrupt.add(digest);
      problems.push({ digest, problem: "corrupt", what: "the file is not what its digest says" });
    }
    [contents, bytes] = [contents + 1, bytes + size];
    onContent?.({ bytes: size });
  }
  for (const name of names) {
    signal.throwIfAborted();
    problems.push(...(await cutProblems(name, folder, corrupt)));
  }
  return { cuts: names.length, contents, bytes, problems };
}

async function isWhole(content: ContentStore, digest: Digest): Promise<boolean> {
  const algorithm = digestAlgorithm(digest);
  const hasher = new Bun.CryptoHasher(algorithm);
  try {
    const stream = await content.read({ digest });
    if (stream === undefined) return false;
    for await (const piece of stream) hasher.update(piece);
  } catch {
    return false;
  }
  return `${algorithm}:${hasher.digest("hex")}` === digest;
}

async function cutProblems(name: string, folder: BackupFolder, corrupt: ReadonlySet<Digest>): Promise<BackupProblem[]> {
  const problems: BackupProblem[] = [];
  try {
    const cut = await folder.read(name);
    const damaged = new Set(cut.damaged.map(({ digest }) => digest));
    for await (const { digest, size, kind } of filesOf(cut, folder.content)) {
      if (damaged.has(digest) || corrupt.has(digest) || (await folder.content.stat({ digest })) === size) continue;
      problems.push({ cut: name, digest, problem: "missing", what: kind === "blob" ? "content of a repository" : "rows of a table" });
    }
    problems.push(...(await rowProblems(name, cut, folder.content)));
  } catch (error) {
    if (!(error instanceof MovingError)) throw error;
    problems.push({ cut: name, problem: "corrupt", what: error.message });
  }
  return problems;
}

/** Tables whose rows are not those that were written, though each file is whole. */
async function rowProblems(name: string, cut: Cut, content: ContentStore): Promise<BackupProblem[]> {
  const rows = rowsOfCut(cut, content);
  const problems: BackupProblem[] = [];
  for (const table of tablesOf(name, cut)) {
    const counter = new RowCounter();
    for await (const page of rows.pages(table)) for (const row of page) counter.add(toLine(table, row));
    const { rows: count, sha256 } = counter.sum();
    const written = cut.tables.find((each) => each.name === table.name);
    if (count !== written?.rows || sha256 !== written.sha256)
      problems.push({ cut: name, problem: "corrupt", what: `rows of the table ${table.name} are not those that were written` });
  }
  return problems;
}
