import { addressKey, clientOf } from "../access/client-of.ts";
import type { DigestAlgorithm } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { Actor } from "../storage/metadata/records.ts";
import type { UploadBudget, UploadOpening } from "../storage/metadata/uploads.ts";
import type { Registry, RegistryLimits } from "./registry.ts";
import type { UploadStatus } from "./uploads.ts";

/** Milliseconds that a session is kept to which no byte has come. */
const EMPTY_LIFETIME = 5 * 60_000;

/** Times `limits.idle` without a byte after which a session makes room: no transfer lives that long without one. */
const IDLE = 2;

/**
 * Opens an upload session (spec: end-4a, end-4c). Sessions that nobody uses make room for it.
 * @throws RegistryError `TOOMANYREQUESTS` when bytes come to as many as the configuration allows
 */
export async function openUpload(registry: Registry<"uploads">, repository: RepositoryName, algorithm: DigestAlgorithm, actor: Actor): Promise<UploadStatus> {
  const { metadata, content, limits } = registry;
  const id = crypto.randomUUID();
  const now = registry.now();
  const address = addressKey(actor.remote ?? "");
  const expiresAt = now + Math.min(limits.uploadLifetime, EMPTY_LIFETIME);
  const session = { id, repository, algorithm, owner: actor.subject, client: clientOf(actor), address, createdAt: now, expiresAt };
  const opening = await metadata.uploads.open(session, { ...budgetOf(limits.uploads), idleBefore: now - IDLE * limits.idle });
  if (opening.outcome === "full") throw tooMany(opening, session, Math.max(1, Math.ceil((opening.activeSince + IDLE * limits.idle - now) / 1000)));
  // What cannot be removed now is staged content without a session, which the collector removes.
  for (const ended of opening.ended) {
    void registry.turns.cancel(ended);
    await content.cancelUpload(ended).catch(() => {});
  }
  return { id, size: 0 };
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
