import type { ImageReference } from "../../oci/image-reference.ts";
import { isRepositoryName } from "../../oci/name.ts";
import { isTag, type Tag } from "../../oci/tag.ts";
import type { AccessSpec, Json } from "../descriptor/component-descriptor.ts";

/** Where an artifact is to be in a registry, below the path of the component repository. */
export interface ReferenceName {
  readonly repository: string;
  readonly tag: Tag | undefined;
}

/** Reads the `referenceName` of a local blob, `repository[:tag][@digest]`. Undefined for what no registry would take. */
export function parseReferenceName(text: Json | undefined): ReferenceName | undefined {
  if (typeof text !== "string") return undefined;
  const [, repository = "", tag] = /^\/?([^:@]+)(?::([^@]+))?(?:@.*)?$/.exec(text) ?? [];
  if (!isRepositoryName(repository) || (tag !== undefined && !isTag(tag))) return undefined;
  return { repository, tag };
}

/** What a local blob is to be called that comes from a registry: the place there without the host. */
export function referenceNameOf({ repository, tag, digest }: Pick<ImageReference, "repository" | "tag" | "digest">): string {
  return `${repository}${tag === undefined ? "" : `:${tag}`}${tag === undefined && digest !== undefined ? `@${digest}` : ""}`;
}

/** The same of a `relativeOciReference`, which has no host. */
export function relativeReferenceName({ reference }: AccessSpec): string | undefined {
  return typeof reference === "string" && parseReferenceName(reference) !== undefined ? reference.replace(/^\//, "") : undefined;
}
