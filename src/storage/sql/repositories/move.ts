import type { ProjectPath } from "../../../oci/project-path.ts";
import { compileRepositoryGlob } from "../../../oci/repository-glob.ts";
import type { Millis } from "../../metadata/records.ts";
import type { Row } from "../engine/columns.ts";
import type { Executor } from "../engine/executor.ts";
import { integers, strings } from "../engine/parameters.ts";
import { join, sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { PROJECT_TERMS, projectTerms } from "./ensure.ts";
import { lockRepositories } from "./locks.ts";
import { ensureProject, projectFinder } from "./projects.ts";
import { forgetTerms, internTerms, termKindCode } from "./terms.ts";

const { id, name, project_id } = tables.repository;
const { term_id } = tables.repository_term;

const TO_MOVE = { id, name, project_id };
export type RepositoryToMove = Row<typeof TO_MOVE>;

const IN_PROJECT = rowsOf(
  TO_MOVE,
  () => sql`SELECT id, name, project_id FROM repository
  WHERE name > ${"after"} AND project_id = ${"project"} AND deleted_at IS NULL ORDER BY name LIMIT ${"limit"}`,
);
const IN_RANGE = rowsOf(
  TO_MOVE,
  () => sql`SELECT id, name, project_id FROM repository
  WHERE name > ${"after"} AND name >= ${"from"} AND name < ${"to"} AND deleted_at IS NULL ORDER BY name LIMIT ${"limit"}`,
);

const PROJECT_KINDS = join(PROJECT_TERMS.map(termKindCode));

const MOVE = command(() => sql`UPDATE repository SET project_id = ${"project"}, revision = revision + 1 WHERE id IN (${integers("repositories")})`);
const FORGET_PROJECT = rowsOf(
  { term_id },
  () => sql`DELETE FROM repository_term
  WHERE repository_id IN (${integers("repositories")}) AND kind IN (${PROJECT_KINDS}) RETURNING term_id`,
);
const ADD_PROJECT = command(
  () => sql`INSERT INTO repository_term (repository_id, kind, term_id, uses)
  SELECT CAST(value AS BIGINT), term.kind, term.id, 1 FROM ${strings("repositories")} CROSS JOIN term WHERE term.id IN (${integers("terms")})`,
);

/** Repositories that are looked at together. */
const CHUNK = 1000;

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
    const glob = compileRepositoryGlob(text);
    const to = text.includes("*") ? `${glob.prefix}\u007f` : `${text}\u0001`;
    for await (const rows of pages((after) => x.query(IN_RANGE, { after, from: glob.prefix, to, limit: CHUNK }))) {
      yield rows.filter(({ name }) => glob.matches(name));
    }
  }
}

/** The repositories of a project, in pages. */
export function repositoriesOf(x: Executor, project: number): AsyncGenerator<RepositoryToMove[]> {
  return pages((after) => x.query(IN_PROJECT, { after, project, limit: CHUNK }));
}

async function* pages(read: (after: string) => Promise<RepositoryToMove[]>): AsyncGenerator<RepositoryToMove[]> {
  for (let after = ""; ; ) {
    const rows = await read(after);
    yield rows;
    const last = rows.at(-1);
    if (last === undefined || rows.length < CHUNK) return;
    after = last.name;
  }
}

/** The terms of a project have one use in each of its repositories. */
async function moveTo(x: Executor, project: number, move: { readonly path: ProjectPath; readonly repositories: readonly number[] }): Promise<void> {
  await lockRepositories(x, move.repositories);
  const repositories = JSON.stringify(move.repositories);
  x.send(MOVE, { project, repositories });
  const left = await x.query(FORGET_PROJECT, { repositories });
  const terms = await internTerms(x, projectTerms(move.path));
  x.send(ADD_PROJECT, { repositories, terms: JSON.stringify([...terms.values()]) });
  await forgetTerms(
    x,
    left.map((row) => row.term_id),
  );
}
