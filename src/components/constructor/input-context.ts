import type { RegistryClient } from "../../client/registry-client.ts";
import type { ImageForm } from "./prepare-image-archive.ts";
import type { ArtifactDigest } from "./prepared-content.ts";

/** What every kind of input is prepared with. */
export interface InputContext {
  readonly client: RegistryClient;
  /** The folder of the constructor file, links resolved. */
  readonly folder: string;
  /** The name of the component, which names of charts begin with. */
  readonly component: string;
  /** What the digests of OCI artifacts are called. */
  readonly artifactDigest: ArtifactDigest;
  readonly images: ImageForm;
  /** `file:line:column: path` of a field of the input, for messages. */
  readonly place: (field: string) => string;
  readonly signal?: AbortSignal | undefined;
}
