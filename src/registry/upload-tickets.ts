import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from "node:crypto";
import type { DigestAlgorithm } from "../oci/digest.ts";
import type { RepositoryName } from "../oci/name.ts";
import { isUploadId, type UploadId } from "../storage/content-store.ts";
import type { Coordination } from "../storage/metadata/coordination.ts";
import type { Millis } from "../storage/metadata/records.ts";

/** Bytes of the secret and of the key made of it. */
const KEY_LENGTH = 32;

/** Sessions that are remembered to have ended: of this many at least, of twice as many at most. */
const REMEMBERED = 4096;

/** All that there is of an upload session to which no byte has come. */
export interface UploadTicket {
  readonly id: UploadId;
  readonly algorithm: DigestAlgorithm;
  readonly expiresAt: Millis;
}

/** Whose session it is, and what for. */
export interface TicketHolder {
  readonly repository: RepositoryName;
  readonly owner: string;
}

/** The tickets of all processes over one database: each takes those of the others, and those from before a restart. */
export async function openUploadTickets(coordination: Coordination): Promise<UploadTickets> {
  return new UploadTickets(await coordination.sharedSecret("uploads", randomBytes(KEY_LENGTH)));
}

/**
 * Sessions without bytes, signed in their location (HMAC-SHA256) instead of stored: `<id>.<end in base 36>.<algorithm>.<signature>`, which holds
 * for one repository and one owner. That such a session has ended is known to this process alone, of the last few thousands.
 */
export class UploadTickets {
  readonly #key: Uint8Array;
  #ended = new Set<UploadId>();
  #endedBefore = new Set<UploadId>();

  /** @param secret 32 bytes */
  constructor(secret: Uint8Array) {
    this.#key = new Uint8Array(hkdfSync("sha256", secret, new Uint8Array(), "opm upload: signature", KEY_LENGTH));
  }

  seal({ id, algorithm, expiresAt }: UploadTicket, { repository, owner }: TicketHolder): string {
    const text = `${id}.${expiresAt.toString(36)}.${algorithm}`;
    return `${text}.${createHmac("sha256", this.#key).update(`${text}\n${repository}\n${owner}`).digest("base64url")}`;
  }

  /** Undefined where it was not sealed for this holder. Whether its time is over, or the session has ended, is for the caller to see. */
  open(location: string, holder: TicketHolder): UploadTicket | undefined {
    const [id = "", end = "", algorithm, signature] = location.split(".");
    if (signature === undefined || !isUploadId(id) || (algorithm !== "sha256" && algorithm !== "sha512")) return undefined;
    const ticket: UploadTicket = { id, algorithm, expiresAt: Number.parseInt(end, 36) };
    return isSame(this.seal(ticket, holder), location) ? ticket : undefined;
  }

  /** A ticket alone opens the session no more, in this process. False when that was so already. */
  end(id: UploadId): boolean {
    if (this.hasEnded(id)) return false;
    if (this.#ended.size >= REMEMBERED) {
      this.#endedBefore = this.#ended;
      this.#ended = new Set();
    }
    this.#ended.add(id);
    return true;
  }

  hasEnded(id: UploadId): boolean {
    return this.#ended.has(id) || this.#endedBefore.has(id);
  }
}

function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
