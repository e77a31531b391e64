import type { Kind } from "./columns.ts";
import type { Prepared } from "./statement.ts";

/** A column as a database describes it; without a kind where the database tells none. */
export interface FoundColumn {
  readonly name: string;
  readonly kind: Kind | undefined;
}

/**
 * Holds the columns that a database gives against those that a statement declares, once for each statement that is prepared:
 * from then on its rows are what their type says.
 * @throws Error a fault of the program
 */
export function verifyColumns({ text, columns }: Prepared, found: readonly FoundColumn[]): void {
  const wanted = Object.entries(columns).map(([name, { kind }]) => `${name} ${kind}`);
  const given = found.map(({ name, kind }) => `${name} ${kind ?? columns[name]?.kind ?? "(undeclared)"}`);
  if (wanted.sort().join() === given.sort().join()) return;
  throw new Error(`a statement gives the columns ${given.join(", ") || "none"}, and declares ${wanted.join(", ") || "none"}: ${text}`);
}
