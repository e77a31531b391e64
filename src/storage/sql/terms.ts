import { type Executor, queryOne } from "./executor.ts";

/** What repositories are filtered by, and keys of dependencies. Order is the code in the database: only append. */
const TERM_KINDS = [
  "namespace",
  "project",
  "type",
  "artifactType",
  "configMediaType",
  "mediaType",
  "platform",
  "class",
  "annotation",
  "label",
  "signed",
  "referrer",
  "provides",
  "depends",
] as const;

export type TermKind = (typeof TERM_KINDS)[number];

export interface Term {
  readonly kind: TermKind;
  /** `project` terms are `namespace/project`; annotations and labels `key` and `key=value`; `signed` is `true`. */
  readonly name: string;
}

export function termKindCode(kind: TermKind): number {
  return TERM_KINDS.indexOf(kind);
}

/** The term's id, or undefined when nothing has it: then no repository matches. */
export async function termId(x: Executor, { kind, name }: Term): Promise<number | undefined> {
  return (await queryOne<{ id: number }>(x, "SELECT id FROM term WHERE kind = $1 AND name = $2", [termKindCode(kind), name]))?.id;
}
