import type { z } from "zod";
import type { ErrorCode } from "../oci/error-codes.ts";

/** Names of the parts of a path that vary: `{name}` may hold slashes. */
export type PathParameter = "name" | "namespace" | "project" | "user" | "token";

export type OperationGroup = "packages" | "tags" | "graph" | "de-duplication" | "administration" | "account";

/** One operation of the package API: what a request must be, and what the answer is. */
export interface Operation {
  /** Unique, in camel case. */
  readonly id: string;
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** e.g. `/v2/{name}/_opm/tags/list` */
  readonly path: string;
  readonly group: OperationGroup;
  /** One line. */
  readonly summary: string;
  readonly query: z.ZodObject;
  readonly body?: z.ZodType;
  /** Bytes of the body at most; 1 MiB without it. */
  readonly bodyLimit?: number;
  /** About the caller's own account: to look at it, or to change it, which takes the password. */
  readonly account?: "look" | "change";
  /** For administrators of the whole registry, which is asked before the body is read. */
  readonly administration?: boolean;
  readonly reply: z.ZodType;
  /** Vendor media type of the answer, which `application/json` stands for as well. */
  readonly kind: string;
  /** A list in pages, with a `Link` to the next one. */
  readonly paged?: boolean;
  /** Other representations by `Accept`. */
  readonly alternatives?: readonly string[];
  /** Right that the caller needs on the repository, beside the one to pull; undefined: what the caller may not pull is left out, or the use case decides. */
  readonly action?: "pull" | "push" | "delete";
  /** Codes that it answers with of its own, beside those that follow from its parts (`refusalsOf`). */
  readonly refusals?: readonly ErrorCode[];
}

/** Keeps the types of the schemas. */
export function defineOperation<const T extends Operation>(operation: T): T {
  return operation;
}

/** `application/vnd.opm.<kind>.v1+json` */
export function vendorMediaType(kind: string): string {
  return `application/vnd.opm.${kind}.v1+json`;
}
