import { addressKey } from "../access/address-key.ts";
import { ANONYMOUS } from "../access/principal.ts";
import type { Actor } from "../storage/metadata/records.ts";

/** Who shares the registry with others: an account; of `anonymous`, behind whom may be anybody, each address. */
export function clientOf({ subject, remote = "" }: Actor): string {
  return subject === ANONYMOUS.name ? `${subject} ${addressKey(remote)}` : subject;
}
