import { LIMITS } from "../../api/common.ts";
import type { Position } from "../../storage/metadata/records.ts";

/** A document that is one page of a list. */
export interface Page<Document> {
  readonly reply: Document;
  /** Undefined: there is no other page. */
  readonly next: Position | undefined;
}

/** Rows of a page. */
export function pageSize(n: number | undefined): number {
  return n ?? LIMITS.page;
}

/** The rows of one page out of one more than it holds, and the position of its last when there are more. */
export function cutPage<Row>(
  rows: readonly Row[],
  limit: number,
  positionOf: (row: Row) => Position,
): { readonly rows: readonly Row[]; readonly next: Position | undefined } {
  const page = rows.slice(0, limit);
  const last = page.at(-1);
  return { rows: page, next: rows.length > limit && last !== undefined ? positionOf(last) : undefined };
}

/** A position that is a number, such as the id of an event. */
export function numberOf(position: Position | undefined): number | undefined {
  return typeof position?.key === "number" ? position.key : undefined;
}

/** `-updated` is `updated` in descending order. */
export function parseSort<By extends string>(sort: By | `-${By}`): { readonly by: By; readonly descending: boolean } {
  return sort.startsWith("-") ? { by: sort.slice(1) as By, descending: true } : { by: sort as By, descending: false };
}
