import { accessKind } from "../content/element-content.ts";
import type { AccessSpec, DigestSpec } from "../descriptor/component-descriptor.ts";
import type { ComponentStore } from "../repository/component-store.ts";
import { localDigests } from "../repository/local-reference.ts";

/** Where content is that the target has already. */
export type ExistingPlace = "local" | "image" | "elsewhere";

/** Whether content that an access of the target names is there, with the component version or as an image beside it. */
export function existingPlace(access: AccessSpec, { registry }: ComponentStore): ExistingPlace {
  if (accessKind(access) === "local") return "local";
  const { imageReference } = access;
  const isThere = registry !== undefined && typeof imageReference === "string" && imageReference.startsWith(`${registry}/`);
  return accessKind(access) === "artifact" && isThere ? "image" : "elsewhere";
}

/** What the access of the target says of the content: undefined where it names it by something else than digests. */
function namedContent(access: AccessSpec): string | undefined {
  if (accessKind(access) === "local") return localDigests(access)?.join(",");
  const [, digest] = typeof access.imageReference === "string" ? access.imageReference.split("@") : [];
  return digest;
}

/**
 * True where two accesses name the same content, in two component versions of the same normal form: a digest that is part of it says so
 * already, in whatever form the content is.
 */
export function isSameContent(digest: DigestSpec | undefined, inbound: AccessSpec, existing: AccessSpec): boolean {
  return digest !== undefined || namedContent(inbound) === namedContent(existing);
}
