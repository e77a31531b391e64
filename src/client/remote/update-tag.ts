import type { Digest } from "../../oci/digest.ts";
import type { Tag } from "../../oci/tag.ts";
import { ClientError, isClientError } from "../client-error.ts";
import type { ReadOptions, StoredManifest, TagChange } from "../content/content.ts";
import { pause } from "../transport/retry.ts";
import { nameOf, type RepositoryConnection } from "./connection.ts";
import { type ConditionalPut, putManifest, type ReadTag, readTag } from "./manifests.ts";
import { withTagLock } from "./tag-lock.ts";

/** A tag that others change again and again is given up after so many times the time that it takes to settle. */
const GIVE_UP_SETTLES = 24;

/** Times in a row that a registry may fail. */
const FAILURES = 5;

/** Milliseconds for which a registry may ask to wait. */
const LONGEST_WAIT = 60_000;

/** Milliseconds before a tag is looked at again; doubles from time to time, and is less by chance. */
const INTERVAL = 100;
const LONGEST_INTERVAL = 1000;

/**
 * A tag settles for so many times the time of a slow push to this registry. A push that takes more of them than the second, and these milliseconds, may
 * have overwritten what others took for settled.
 */
const SETTLE_PUSHES = 4;
const LATE_PUSHES = 3;
const LATE = 2000;
const LONGEST_SETTLE = 15_000;

/** What one look at a tag brought about. */
type Step =
  | { readonly kind: "right" | "done" | "written"; readonly manifest: StoredManifest; readonly took: number }
  | { readonly kind: "again"; readonly error: ClientError; readonly took: number; readonly before: Digest | undefined };

/**
 * Reads what a tag names and puts what `change` makes of it in its place, so that no change of others is lost. A registry that holds pushes to
 * conditions makes sure of that itself. With others the tag is read again until it has stayed right for as long as another's push may be under
 * way (connection.settle, and longer where pushes are slow); what others overwrote is entered anew.
 * @returns what the tag names in the end
 * @throws ClientError `general` where that cannot be made sure
 */
export async function updateTag(connection: RepositoryConnection, tag: Tag, change: TagChange, options: ReadOptions = {}): Promise<StoredManifest | undefined> {
  const label = `${nameOf(connection)}:${tag}`;
  const giveUpAt = performance.now() + GIVE_UP_SETTLES * connection.settle;
  const expected = connection.traits.slowestPut;
  let settledAt: number | undefined;
  let failures = 0;
  let isLate = false;
  let refused: Digest | "nothing" | undefined;
  let isPlain = false;
  for (let looks = 0; ; looks++) {
    const work = () => step(connection, { tag, change, isPlain }, options);
    const found = connection.traits.conditions ? await work() : await withTagLock(label, work, options.signal);
    if (found === undefined) return undefined;
    // one that was given up without an answer may still take place
    isLate ||= found.took > Math.max(connection.settle, LATE, LATE_PUSHES * expected);
    const now = performance.now();
    failures = found.kind === "again" && found.error.kind === "network" ? failures + 1 : 0;
    const asked = found.kind === "again" ? (found.error.retryAfter ?? 0) : 0;
    if (found.kind === "again" && (failures >= FAILURES || asked > LONGEST_WAIT)) throw found.error;
    // it may have taken place all the same
    if (found.kind === "again" && found.error.kind === "network") settledAt = now + connection.settle;
    if (found.kind === "again" && found.error.status === 412) {
      // refused, although nothing changed in between: it means something else by the condition
      isPlain ||= refused === (found.before ?? "nothing");
      refused = found.before ?? "nothing";
    }
    if (found.kind === "done") return found.manifest;
    if (found.kind === "written") {
      const pace = isLate ? 0 : Math.max(expected, found.took);
      settledAt = now + Math.min(LONGEST_SETTLE, Math.max(connection.settle, SETTLE_PUSHES * pace));
      looks = 0;
    }
    if (found.kind === "right" && (settledAt === undefined || now >= settledAt)) {
      if (isLate) throw unsure(label, "the registry took so long to answer that an entry of another may be lost");
      return found.manifest;
    }
    if (now >= giveUpAt) throw unsure(label, "others write it all the time");
    const interval = Math.min(LONGEST_INTERVAL, INTERVAL * 2 ** Math.min(looks + failures, 10)) * (0.5 + Math.random() / 2);
    await pause(Math.max(asked, Math.min(interval, Math.max(1, (settledAt ?? Number.POSITIVE_INFINITY) - now))), options.signal);
  }
}

interface Wanted {
  readonly tag: Tag;
  readonly change: TagChange;
  /** Without a condition: the registry does not mean by it what it should. */
  readonly isPlain: boolean;
}

/** Undefined where there is nothing, and nothing is wanted. */
async function step(connection: RepositoryConnection, { tag, change, isPlain }: Wanted, options: ReadOptions): Promise<Step | undefined> {
  const begun = performance.now();
  const before = await readTag(connection, tag, options);
  const after = change(before?.manifest);
  if (after === undefined || after.descriptor.digest === before?.manifest.descriptor.digest) {
    return before && { kind: "right", manifest: before.manifest, took: 0 };
  }
  const condition = isPlain ? {} : conditionFor(before);
  try {
    const { isConditional } = await putManifest(connection, after, { ...options, ...condition, tags: [tag], attempts: 1 });
    return { kind: isConditional ? "done" : "written", manifest: after, took: performance.now() - begun };
  } catch (error) {
    if (isClientError(error) && (error.status === 412 || error.status === 409 || error.kind === "network"))
      return { kind: "again", error, took: performance.now() - begun, before: before?.manifest.descriptor.digest };
    throw error;
  }
}

/** A weak entity tag never matches (RFC 9110, section 13.1.1). */
function conditionFor(before: ReadTag | undefined): Pick<ConditionalPut, "ifAbsent" | "ifMatch"> {
  if (before === undefined) return { ifAbsent: true };
  return before.etag === undefined || before.etag.startsWith("W/") ? {} : { ifMatch: before.etag };
}

function unsure(label: string, why: string): ClientError {
  return new ClientError(
    "general",
    `cannot make sure that ${label} has what everybody wrote to it: ${why}; see what it has, and do it again where something is missing`,
  );
}
