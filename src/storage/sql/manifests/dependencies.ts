import type { Dependency } from "../../../artifacts/facts.ts";
import { dependencyKindCode } from "../engine/codes.ts";
import type { Executor } from "../engine/executor.ts";
import { codeField, field, integerField, jsonParameter, objects } from "../engine/parameters.ts";
import { sql } from "../engine/sql.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";
import { forgetTerms, internTerms, type Term, termKey } from "../repositories/terms.ts";

const { key_id } = tables.dependency;

const STORE = command(
  () => sql`INSERT INTO dependency (manifest_id, repository_id, kind, key_id, name, registry, requirement, digest)
  SELECT CAST(${"manifest"} AS BIGINT), CAST(${"repository"} AS BIGINT), ${codeField("kind")}, ${integerField("key")}, ${field("name")},
    ${field("registry")}, ${field("requirement")}, ${field("digest")} FROM ${objects("dependencies")}`,
);
const REMOVE = rowsOf({ key_id }, () => sql`DELETE FROM dependency WHERE manifest_id = ${"manifest"} RETURNING key_id`);

/** The manifest that declares them, and its repository. */
export interface Declarer {
  readonly id: number;
  readonly repository: number;
}

/** Stores what a manifest declares that it, or its subject, needs. What was stored before goes. */
export async function storeDependencies(x: Executor, { id, repository }: Declarer, dependencies: readonly Dependency[], isNew: boolean): Promise<void> {
  const before = isNew ? [] : await removeRows(x, id);
  if (dependencies.length > 0) {
    const keys = await internTerms(x, dependencies.map(toTerm));
    const rows = dependencies.flatMap((dependency) => {
      const key = keys.get(termKey(toTerm(dependency)));
      return key === undefined ? [] : [{ ...dependency, key, kind: dependencyKindCode(dependency.kind) }];
    });
    x.send(STORE, { manifest: id, repository, dependencies: jsonParameter(rows) });
  }
  await forgetTerms(x, before);
}

export async function removeDependencies(x: Executor, manifest: number): Promise<void> {
  await forgetTerms(x, await removeRows(x, manifest));
}

async function removeRows(x: Executor, manifest: number): Promise<number[]> {
  const rows = await x.query(REMOVE, { manifest });
  return rows.map((row) => row.key_id);
}

function toTerm({ key }: Dependency): Term {
  return { kind: "depends", name: key };
}
