/** JSON as it was read. Descriptors stay such trees: whatever else a writer put in is carried along value for value. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** A label of a component, resource, source or reference. Only those with `signing` are part of the digest (but all of references). */
export interface Label extends JsonObject {
  readonly name: string;
  readonly value: Json;
}

/** How content was digested: `hashAlgorithm` such as `SHA-256`, `normalisationAlgorithm` such as `genericBlobDigest/v1`, `value` in hex. */
export interface DigestSpec extends JsonObject {
  readonly hashAlgorithm: string;
  readonly normalisationAlgorithm: string;
  readonly value: string;
}

/** Where the content of an element is: `type` and what it needs. Unknown types are carried along. */
export interface AccessSpec extends JsonObject {
  readonly type: string;
}

/** A resource or a source. `digest` belongs to resources only. */
export interface Element extends JsonObject {
  readonly name: string;
  readonly version: string;
  readonly type: string;
  readonly access: AccessSpec;
}

export interface ComponentReference extends JsonObject {
  readonly name: string;
  readonly componentName: string;
  readonly version: string;
}

export interface Signature extends JsonObject {
  readonly name: string;
  readonly digest: DigestSpec;
  readonly signature: { readonly algorithm: string; readonly value: string; readonly mediaType: string; readonly issuer?: string };
}

/**
 * A component descriptor of schema v2, as a tree that was checked against it. One of v3alpha1 is converted when it is read, and back
 * when it is written to where it came from.
 */
export interface ComponentDescriptor extends JsonObject {
  readonly meta: { readonly schemaVersion: string };
  readonly component: {
    readonly name: string;
    readonly version: string;
    /** A name, or a JSON object as text when the provider has labels. */
    readonly provider: string;
    readonly resources: readonly Element[];
    readonly sources: readonly Element[];
    readonly componentReferences: readonly ComponentReference[];
    readonly repositoryContexts: readonly JsonObject[];
    readonly labels?: readonly Label[];
  } & JsonObject;
  readonly signatures?: readonly Signature[];
}

/** The three lists of elements, as messages name them. */
export type ElementKind = "resource" | "source" | "reference";
