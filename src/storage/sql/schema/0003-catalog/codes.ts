/** Numbers in the tables of this version. */

export const INDEX = 1;
export const CHILD_EDGE = 2;

export const TAG_OPERATION = { create: 0, move: 1 } as const;

export const TAG_CLASS = { semver: 0, floating: 1, referrers: 2, attachment: 3, opaque: 4 } as const;

export type TagClass = keyof typeof TAG_CLASS;

export const TERM_KIND = { namespace: 0, project: 1, class: 7, signed: 10 } as const;
