import type { PackageFilter } from "../../../metadata/catalog/packages.ts";
import type { Visibility } from "../../../metadata/records.ts";
import type { Executor } from "../../engine/executor.ts";
import { parseWordQuery, type WordQuery } from "../../repositories/search-words.ts";
import { findTerms, type Term, type TermKind } from "../../repositories/terms.ts";
import { type NameCondition, nameCondition } from "./name-ranges.ts";

/** A filter as the database can answer it. All must hold. */
export interface Conditions {
  readonly name: NameCondition;
  /** Term numbers: a repository has one of each group. */
  readonly groups: readonly (readonly number[])[];
  /** Term numbers that a repository does not have. */
  readonly without: readonly number[];
  /** Name of a project, whatever its namespace. */
  readonly project: string | undefined;
  readonly words: WordQuery | undefined;
  readonly since: number;
  /** Exclusive. */
  readonly until: number;
}

/** Conditions that are a list of texts of which one suffices, by the kind of term. */
const ANY_OF = [
  ["types", "type"],
  ["artifactTypes", "artifactType"],
  ["configMediaTypes", "configMediaType"],
  ["mediaTypes", "mediaType"],
  ["platforms", "platform"],
  ["classes", "class"],
] as const;

/** Conditions that are a list of texts which all must be there. */
const ALL_OF = [
  ["annotations", "annotation"],
  ["labels", "label"],
  ["referrers", "referrer"],
] as const;

const SIGNED: Term = { kind: "signed", name: "true" };

/** Looks up what the filter names; undefined when nothing can match. */
export async function compileFilter(x: Executor, filter: PackageFilter, visible: Visibility): Promise<Conditions | undefined> {
  const groups = termGroups(filter);
  const idOf = await findTerms(x, [...groups.flat(), SIGNED]);
  const ids = groups.map((group) => group.map((term) => idOf(term)).filter((id) => id !== undefined));
  const name = nameCondition(visible, filter.name);
  const words = filter.text === undefined ? undefined : parseWordQuery(filter.text);
  const impossible = ids.some((group) => group.length === 0) || name.ranges.length === 0 || (filter.text !== undefined && words === undefined);
  if (impossible) return undefined;
  const signed = idOf(SIGNED);
  return {
    name,
    groups: ids,
    without: filter.signed === false && signed !== undefined ? [signed] : [],
    project: filter.namespace === undefined ? filter.project : undefined,
    words,
    since: filter.since ?? 0,
    until: filter.until ?? Number.MAX_SAFE_INTEGER,
  };
}

function termGroups(filter: PackageFilter): Term[][] {
  const groups: Term[][] = [];
  const terms = (kind: TermKind, names: readonly string[]): Term[] => names.map((name) => ({ kind, name }));
  const { namespace, project } = filter;
  if (namespace !== undefined) groups.push(project === undefined ? terms("namespace", [namespace]) : terms("project", [`${namespace}/${project}`]));
  for (const [field, kind] of ANY_OF) {
    const names = filter[field];
    if (names !== undefined && names.length > 0) groups.push(terms(kind, names));
  }
  for (const [field, kind] of ALL_OF) for (const name of filter[field] ?? []) groups.push(terms(kind, [name]));
  if (filter.signed === true) groups.push([SIGNED]);
  return groups;
}
