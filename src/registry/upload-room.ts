import { RegistryError } from "../oci/errors.ts";
import type { UploadBudget, UploadOpening, UploadSession } from "../storage/metadata/uploads.ts";
import type { Registry, RegistryLimits } from "./registry.ts";

/** Times `limits.idle` without a byte after which a session makes room: no transfer lives that long without one. */
const IDLE = 2;

/**
 * Makes room for the bytes of a session that is about to get its first ones: those that nobody uses end. One that has room keeps it.
 * @throws RegistryError `TOOMANYREQUESTS` when bytes come to as many as the configuration allows
 */
export async function makeRoom(registry: Registry<"uploads">, session: UploadSession): Promise<void> {
  const { metadata, content, limits, tickets, turns } = registry;
  const now = registry.now();
  const opening = await metadata.uploads.open(session, { ...budgetOf(limits.uploads), idleBefore: now - IDLE * limits.idle });
  if (opening.outcome === "full") throw tooMany(opening, session, Math.max(1, Math.ceil((opening.activeSince + IDLE * limits.idle - now) / 1000)));
  // What cannot be removed now is staged content without a session, which the collector removes.
  for (const ended of opening.ended) {
    tickets.end(ended);
    void turns.cancel(ended);
    await content.cancelUpload(ended).catch(() => {});
  }
}

/** One client gets half of the sessions at most, an account or `anonymous` and an address three quarters: there is room for others. */
function budgetOf(all: RegistryLimits["uploads"]): Omit<UploadBudget, "idleBefore"> {
  const most = Math.ceil(all * 0.75);
  return { client: Math.ceil(all / 2), owner: most, address: most, all };
}

type Full = Extract<UploadOpening, { outcome: "full" }>;

function tooMany({ of, limit }: Full, { owner, address }: { readonly owner: string; readonly address: string }, seconds: number): RegistryError {
  const whose = { client: ` of ${owner}`, owner: ` of ${owner}`, address: ` from ${address || "this address"}`, all: "" }[of];
  return new RegistryError("TOOMANYREQUESTS", `${limit} uploads${whose} are receiving bytes; try again in ${seconds} s, or raise limits.uploads`, {
    headers: { "Retry-After": String(seconds) },
  });
}
