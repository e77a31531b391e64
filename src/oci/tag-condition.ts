import type { Digest } from "./digest.ts";

/** Entity tags of a condition, without quotes: digests where it is meant for manifests. `any` is what `*` stands for. */
export type EntityTags = "any" | readonly string[];

/** What tags must name, or must not, for a push to take place (RFC 9110, sections 13.1.1 and 13.1.2). */
export interface TagCondition {
  /** If-Match: each tag names one of these; `any`: each is there. */
  readonly match?: EntityTags | undefined;
  /** If-None-Match: no tag names one of these; `any`: none is there. */
  readonly noneMatch?: EntityTags | undefined;
}

/** @param digest what a tag names; undefined where it is not there */
export function meetsCondition({ match, noneMatch }: TagCondition, digest: Digest | undefined): boolean {
  return (match === undefined || names(match, digest)) && (noneMatch === undefined || !names(noneMatch, digest));
}

function names(tags: EntityTags, digest: Digest | undefined): boolean {
  return digest !== undefined && (tags === "any" || tags.includes(digest));
}
