import type { Limiter } from "../limiter.ts";
import type { BlobPlaces } from "./blob-places.ts";
import type { Findings } from "./import-report.ts";
import type { Side } from "./setback.ts";

/** What is wanted of an import. */
export interface ImportWishes {
  /** Tags that name something else at the target are set to what the source has. */
  readonly overwrite: boolean;
  /** Also manifests to which neither a tag nor another manifest leads, where the source can list them. */
  readonly untagged: boolean;
}

/** What all repositories of an import have in common. */
export interface ImportContext extends ImportWishes {
  /** Nothing is written. */
  readonly compareOnly: boolean;
  readonly source: Side;
  readonly target: Side;
  /** For what is larger than a question. */
  readonly transfers: Limiter;
  readonly places: BlobPlaces;
  readonly findings: Findings;
  /** Told bytes that were sent, as they go; less than nothing when a broken transfer begins again. */
  readonly onBytes: (bytes: number) => void;
}
