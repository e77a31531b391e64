import type { Case } from "./case.ts";
import { CHUNKS } from "./chunks.ts";
import { CONNECTIONS } from "./connections.ts";
import { FIELDS } from "./fields.ts";
import { FIRST_LINES } from "./first-lines.ts";
import { LENGTHS } from "./lengths.ts";

/** Every case, by what it is about. */
export const CORPUS: Readonly<Record<string, readonly Case[]>> = {
  "request lines": FIRST_LINES,
  fields: FIELDS,
  lengths: LENGTHS,
  chunks: CHUNKS,
  connections: CONNECTIONS,
};

/** Cases that node:http serves, though they are to be refused. It knows all the same where they end: `NEXT` is taken as what it is. */
export const LAXER_ON_NODE: ReadonlySet<string> = new Set([
  "two empty lines before the request",
  "LF before the request",
  "CR before the request",
  "the method PURGE",
  "the method PROPFIND",
  "the method M-SEARCH",
  "the method SOURCE",
  "the same length twice",
  "the same length in another case",
  "a chunk: zeros without end",
  "a chunk: a byte beyond ASCII in the extension",
  "extensions of many chunks, larger than the content",
  "the last chunk, a trailer: a host",
  "the last chunk, a trailer: credentials",
  "the last chunk, a trailer: the end of the connection",
  "an expectation that nobody meets",
  "an expectation with more behind it",
  "credentials twice",
  "two types of a body",
]);
