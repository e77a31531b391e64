/** Unix milliseconds. All times of the metadata store are; all sizes are bytes. */
export type Millis = number;

/** Who does something, for the history and the audit record. */
export interface Actor {
  /** User name, or `anonymous`. */
  readonly subject: string;
  /** Address of the client, when there is one. */
  readonly remote?: string | undefined;
  readonly requestId?: string | undefined;
}

export interface Page {
  /** Exclusive: the last name of the page before. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** Where a page ends: the sort key and the name of its last row. */
export interface Position {
  readonly key: string | number;
  readonly name: string;
}

/** Which repositories a caller may see. */
export interface Visibility {
  /** Every visible name starts with one of these; undefined: no such restriction. */
  readonly prefixes: readonly string[] | undefined;
  readonly all: boolean;
  matches(name: string): boolean;
}
