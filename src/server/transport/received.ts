import type { WireUser } from "./wire.ts";

/** Bytes of a read that are worth to be given back. */
const LARGE = 16 * 1024;

/** Tells the user of a wire what its socket has received, and gives the memory back that it does not need any more. */
export function giveOn(bytes: Buffer, user: WireUser): void {
  if (user.data(bytes)) giveBack(bytes);
}

/** Frees what was received now: else it waits for the garbage collector, and the next bytes get memory that was not used yet. */
export function giveBack({ buffer, byteLength }: Buffer): void {
  // A part of a buffer may have neighbours.
  if (byteLength >= LARGE && buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
