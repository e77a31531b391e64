import type { ReadOptions } from "../../client/content/content.ts";
import type { ProgressListener } from "../../client/progress.ts";
import type { RegistryClient } from "../../client/registry-client.ts";
import type { Digest } from "../../oci/digest.ts";
import type { ComponentRepository } from "../repository/component-repository.ts";

/** What becomes of OCI images that are carried by value: stored with the component version, or a repository of their own. */
export const UPLOAD_FORMS = ["local-blob", "oci-artifact"] as const;
export type UploadForm = (typeof UPLOAD_FORMS)[number];

export interface TransferOptions extends ReadOptions {
  /** Reads what accesses name in other registries. */
  readonly client: RegistryClient;
  /** Also the component versions that are referred to, however deep. */
  readonly recursive?: boolean;
  /** Carries the content of resources that is elsewhere by value, too; that of sources. */
  readonly copyResources?: boolean;
  readonly copySources?: boolean;
  /** Replaces what the target has of other content. */
  readonly overwrite?: boolean;
  /** Default: as it is at the source, and what the target has already stays in its form. */
  readonly uploadAs?: UploadForm;
  /** Where component versions are that the source does not have, in this order. */
  readonly lookup?: readonly ComponentRepository[];
  /** Says what would be done. */
  readonly dryRun?: boolean;
  /** Blobs at a time. Default: 5. */
  readonly concurrency?: number;
  readonly onProgress?: ProgressListener;
  readonly onWarning?: (text: string) => void;
}

/** A component version by name. */
export interface VersionName {
  readonly name: string;
  readonly version: string;
  /** What its manifest must have. */
  readonly digest?: Digest | undefined;
}

/**
 * What a transfer does with a component version: the target has it already; it is new there; labels, signatures or accesses changed; it
 * replaces one of other content.
 */
export type TransferState = "present" | "copied" | "updated" | "replaced";

export interface TransferredVersion {
  readonly name: string;
  readonly version: string;
  readonly state: TransferState;
  /** Of the manifest or index at the target; undefined where a dry run would write it. */
  readonly digest: Digest | undefined;
  /** Repositories that images got, with `oci-artifact`. */
  readonly images: readonly string[];
}
