import { compileGlob } from "../../../oci/glob.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import type { ProjectPath } from "../../../oci/project-path.ts";
import type { Millis } from "../../metadata/records.ts";
import type { Executor } from "../engine/executor.ts";
import { projectTerms } from "./ensure.ts";
import { lockRepositories } from "./locks.ts";
import { ensureProject, projectFinder } from "./projects.ts";
import { forgetTerms, internTerms, termKindCode } from "./terms.ts";

/** Repositories that are looked at together. */
const CHUNK = 1000;

export interface RepositoryToMove {
  readonly id: number;
  readonly name: RepositoryName;
  readonly project_id: number;
}

/**
 * Moves repositories to where they belong now: those of a project, and those that its globs name. The catalog is locked, the
 * globs are stored.
 */
export async function moveRepositories(
  x: Executor,
  { project, globs, now }: { readonly project: number; readonly globs: readonly string[]; readonly now: Millis },
): Promise<void> {
  const find = await projectFinder(x);
  const ids = new Map<string, number>();
  const target = async (path: ProjectPath): Promise<number> => {
    const key = `${path.namespace}/${path.project}`;
    const id = ids.get(key) ?? (await ensureProject(x, path, now));
    ids.set(key, id);
    return id;
  };
  for await (const repositories of candidates(x, project, globs)) {
    const moves = new Map<number, { readonly path: ProjectPath; readonly repositories: number[] }>();
    for (const { id, name, project_id: from } of repositories) {
      const path = find(name);
      const to = await target(path);
      if (to === from) continue;
      const move = moves.get(to) ?? { path, repositories: [] };
      move.repositories.push(id);
      moves.set(to, move);
    }
    for (const [to, move] of moves) await moveTo(x, to, move);
  }
}

async function* candidates(x: Executor, project: number, globs: readonly string[]): AsyncGenerator<RepositoryToMove[]> {
  yield* repositoriesOf(x, project);
  for (const text of globs) {
    const glob = compileGlob(text);
    for await (const rows of pages(x, "name >= $3 AND name < $4", [glob.prefix, text.includes("*") ? `${glob.prefix}\u007f` : `${text}\u0001`])) {
      yield rows.filter(({ name }) => glob.matches(name));
    }
  }
}

/** The repositories of a project, in pages. */
export function repositoriesOf(x: Executor, project: number): AsyncGenerator<RepositoryToMove[]> {
  return pages(x, "project_id = $3", [project]);
}

async function* pages(x: Executor, condition: string, parameters: readonly (string | number)[]): AsyncGenerator<RepositoryToMove[]> {
  const sql = `SELECT id, name, project_id FROM repository WHERE name > $1 AND ${condition} AND deleted_at IS NULL ORDER BY name LIMIT $2`;
  for (let after = ""; ; ) {
    const rows = await x.query<RepositoryToMove>(sql, [after, CHUNK, ...parameters]);
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < CHUNK) return;
    after = last.name;
  }
}

/** The terms of a project have one use in each of its repositories. */
async function moveTo(x: Executor, project: number, move: { readonly path: ProjectPath; readonly repositories: readonly number[] }): Promise<void> {
  await lockRepositories(x, move.repositories);
  const list = JSON.stringify(move.repositories);
  const ids = `SELECT CAST(value AS BIGINT) FROM ${x.dialect.strings("$1")}`;
  await x.query(`UPDATE repository SET project_id = $2, revision = revision + 1 WHERE id IN (${ids})`, [list, project]);
  const kinds = projectTerms(move.path).map(({ kind }) => termKindCode(kind));
  const left = await x.query<{ term_id: number }>(
    `DELETE FROM repository_term WHERE repository_id IN (${ids}) AND kind IN (${kinds.join(", ")}) RETURNING term_id`,
    [list],
  );
  const terms = await internTerms(x, projectTerms(move.path));
  await x.query(
    `INSERT INTO repository_term (repository_id, kind, term_id, uses)
     SELECT CAST(value AS BIGINT), term.kind, term.id, 1 FROM ${x.dialect.strings("$1")} CROSS JOIN term WHERE term.id IN ($2, $3)`,
    [list, ...terms.values()],
  );
  await forgetTerms(
    x,
    left.map((row) => row.term_id),
  );
}
