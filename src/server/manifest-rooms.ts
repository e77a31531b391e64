import { FairRoom } from "../registry/fair-room.ts";

const MIB = 2 ** 20;

/** Who reads and who stores large manifests at a moment. */
export interface ManifestRooms {
  /** Bytes of manifests that are in memory at once. */
  readonly bodies: FairRoom;
  /** Manifests that are being parsed and stored, which takes some ten times their size. */
  readonly storing: FairRoom;
}

/** @param processes that share the memory meant for one; each has room for two of the largest manifests by default */
export function createManifestRooms(processes = 1): ManifestRooms {
  const waiting = { waiting: 1000, patience: 60_000 };
  return {
    bodies: new FairRoom({ all: Math.max(8, Math.floor(16 / processes)) * MIB, each: 8 * MIB, ...waiting }, "large manifests are being pushed"),
    storing: new FairRoom({ all: 1, each: 1, ...waiting }, "large manifests are being stored"),
  };
}
