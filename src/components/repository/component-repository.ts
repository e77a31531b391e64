import type { ByteStream, ContentSource, ReadOptions, RepositoryLocation } from "../../client/content/content.ts";
import type { ProgressListener } from "../../client/progress.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { AccessSpec, ComponentDescriptor } from "../descriptor/component-descriptor.ts";
import type { DescriptorSchema } from "../descriptor/parse-descriptor.ts";
import type { ComponentStore } from "./component-store.ts";

/** The content that a `localBlob` names, in the place where its component version is. */
export interface LocalBlob {
  readonly mediaType: string;
  /** Bytes; of an artifact those of all its parts are not known. */
  readonly size: number | undefined;
  /**
   * `layers`: the bytes of these blobs after one another (one, or the parts of a blob that was split). `artifact`: an OCI manifest or
   * index that is stored natively; its bytes as a blob are an OCI layout in a tgz, made when they are read. `location`: where blobs
   * can be mounted from.
   */
  readonly content:
    | { readonly kind: "layers"; readonly layers: readonly Descriptor[]; readonly location?: RepositoryLocation }
    | { readonly kind: "artifact"; readonly root: Descriptor; readonly source: ContentSource };
  /** From the first byte at each call; verified while it passes. @throws ClientError `invalid` in the last step when it is not what its digest says */
  open(options?: ReadOptions): ByteStream;
}

/** A component version as it lies in a repository. */
export interface StoredComponentVersion {
  readonly store: ComponentStore;
  readonly descriptor: ComponentDescriptor;
  /** Of the manifest or index that the version's tag names. */
  readonly digest: Digest;
  /** `manifest`: layout A; `index`: layout B; `archive`: the older component archive. */
  readonly layout: "manifest" | "index" | "archive";
  /** Media type of the descriptor's blob, e.g. `application/vnd.ocm.software.component-descriptor.v2+yaml+tar`. */
  readonly descriptorMediaType: string;
  /** What the descriptor was written in; `descriptor` is of v2 in any case. */
  readonly schema: DescriptorSchema;
  /** What of the descriptor breaks the schema, each with the path of the field; readers go on. */
  readonly warnings: readonly string[];
  /** @throws ComponentError `not-found` when the component version has no such blob */
  localBlob(access: AccessSpec, options?: ReadOptions): Promise<LocalBlob>;
}

/** A local blob to store; its `localReference` is the digest that `put` computes or that `content` has. */
export type NewLocalBlob =
  /** A blob that is a layer as it is. `from`: a repository that has it, so that the same registry need not be sent it again. */
  | {
      readonly kind: "layer";
      readonly descriptor: Descriptor;
      readonly open: (signal: AbortSignal) => ByteStream;
      readonly verified?: boolean;
      readonly from?: RepositoryLocation;
    }
  /** An OCI artifact, copied with all its parts and stored natively: any container tool pulls it by digest. */
  | { readonly kind: "artifact"; readonly root: Descriptor; readonly source: ContentSource };

export interface PutComponentVersion {
  /** Its accesses name the local blobs by digest. */
  readonly descriptor: ComponentDescriptor;
  readonly blobs: readonly NewLocalBlob[];
  /** Keeps the media type of the descriptor's blob of where it came from; default `…v2+json`. */
  readonly descriptorMediaType?: string;
  /** The schema of where it came from; default `v2`. */
  readonly schema?: DescriptorSchema;
  readonly onProgress?: ProgressListener;
  /** Blobs at a time. Default: 5. */
  readonly concurrency?: number;
}

export interface PutResult {
  readonly digest: Digest;
  readonly layout: "manifest" | "index";
}

/** Component versions in a store (OCM specification, "Component Repository"; the mapping to OCI: docs/decisions/component-layouts.md). */
export interface ComponentRepository {
  readonly store: ComponentStore;
  /** Where component versions are read from, for messages. */
  readonly name: string;
  /** @throws ClientError `not-found`; ComponentError `invalid` with the path of the field that is wrong */
  get(name: string, version: string, options?: ReadOptions): Promise<StoredComponentVersion>;
  /** False where it is not there or not visible. */
  has(name: string, version: string, options?: ReadOptions): Promise<boolean>;
  /** The versions of a component, ascending; tags that are none are left out. */
  versions(name: string, options?: ReadOptions): Promise<readonly string[]>;
  /** The names of all components. @throws ClientError `refused` where a registry does not list its repositories */
  components(options?: ReadOptions): AsyncIterable<string>;
  /**
   * Stores a component version: blobs, children, descriptor, the manifest, and the tag last: nothing is visible before all is there.
   * What is there is replaced; who must not replace asks before.
   */
  put(version: PutComponentVersion, options?: ReadOptions): Promise<PutResult>;
}
