import type { TypeTable } from "../artifacts/type-table.ts";
import type { ContentStore } from "../storage/content-store.ts";
import type { Millis } from "../storage/metadata/records.ts";
import type { PortName, Ports } from "../storage/metadata/store.ts";
import type { PullCounter } from "./pull-counter.ts";
import type { UploadTickets } from "./upload-tickets.ts";
import type { UploadTurns } from "./upload-turns.ts";

export interface RegistryLimits {
  /** Bytes. */
  readonly manifestSize: number;
  /** Bytes. */
  readonly blobSize: number;
  /** Upload sessions with bytes open at once. */
  readonly uploads: number;
  /** Milliseconds without any byte after which a transfer is ended. */
  readonly idle: number;
  /** Milliseconds without new bytes after which an upload session is over. */
  readonly uploadLifetime: number;
  /** Milliseconds that a blob is kept which no manifest of its repository refers to. */
  readonly unreferenced: number;
}

/** What every use case works on; a use case names the ports that it needs: `Registry<"tags" | "manifests">`. Nothing in it needs to be the only process, or to have the only disk. */
export interface Registry<Port extends PortName = PortName> {
  readonly content: ContentStore;
  readonly metadata: Ports<Port>;
  readonly limits: RegistryLimits;
  /** The artifact types that are known and taken at this moment. */
  readonly types: () => TypeTable;
  /** Told of every pull of a tag. */
  readonly pulls: Pick<PullCounter, "count">;
  /** Upload sessions without bytes. */
  readonly tickets: UploadTickets;
  /** Who brings bytes to uploads in this process. */
  readonly turns: UploadTurns;
  /** Told of manifests that were stored before anybody has read what they say about themselves. */
  readonly unread: () => void;
  readonly now: () => Millis;
}

/** What maintenance works on: content, and the ports that it names. */
export interface Stores<Port extends PortName = PortName> {
  readonly content: ContentStore;
  readonly metadata: Ports<Port>;
}
