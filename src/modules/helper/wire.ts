/**
 * What `opm` and `opm-cue` say to each other over the helper's standard input and output.
 *
 * A frame is two big-endian uint32, the bytes of the header and of the body, then the header as JSON in UTF-8, then the body
 * as raw bytes. Both sides send requests; an id counts per direction from 1, and `from`, `"host"` for `opm` or `"helper"`, says in
 * every frame whose request it belongs to. Standard error of the helper is for a crash only.
 *
 * | header | from | what follows |
 * |--|--|--|
 * | `{ kind: "request", from, id, method, params }` | who asks | `data` frames if `params.body` is true |
 * | `{ kind: "data", from, id, part: "request" or "reply", end }` | either | a part of a body, at most 64 KiB, in the frame's body |
 * | `{ kind: "event", from, id, event }` | who is asked | any number before the reply |
 * | `{ kind: "reply", from, id, result }` | who is asked | `data` frames if `result.body` is true, after the reply |
 * | `{ kind: "error", from, id, error }` | who is asked | nothing; also in the middle of a body, which it ends |
 * | `{ kind: "cancel", from, id }` | who asked | an `error` of code `cancelled`, or what was on its way |
 * | `{ kind: "credit", from, id, part, bytes }` | who reads a body | the writer may have 1 MiB in flight, and this more |
 *
 * Requests are answered in any order. Those of `start` and `configure` are done before the next frame is looked at, so that others may follow them
 * at once: none begins before the settings that were sent before it are in force, and where they were refused it is refused, too.
 *
 * The helper never writes to a project and never asks for credentials: it evaluates, resolves, writes the module cache, and
 * gives texts that `opm` puts into files.
 */
export const PROTOCOL = 2;

/** What the helper has done before it looks at what comes next. */
export const IN_ORDER = ["start", "configure"] as const;

/** The version of `cuelang.org/go` that the helper is built on. */
export const CUE_VERSION = "v0.17.1";

/** The largest header and the largest body of one frame, in bytes: a frame that says more is a broken helper. */
export const HEADER_LIMIT = 64 * 1024 * 1024;
export const BODY_LIMIT = 64 * 1024;
