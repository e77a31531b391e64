export type ArtifactCategory = "image" | "chart" | "module" | "component" | "policy" | "sbom" | "signature" | "attestation" | "wasm" | "config" | "other";

/** Which reader of `extractors/` understands the content of a type. */
export type ExtractorId = "image" | "helm-chart" | "cue-module" | "ocm-component" | "spdx" | "cyclonedx" | "in-toto";

/** Where the table has a type from: built in, the configuration file, or stored by an administrator. */
export type TypeSource = "well-known" | "configuration" | "stored";

/** What is known of a type of artifact. */
export interface ArtifactType {
  /** Media type: an artifact's `artifactType`, or its `config.mediaType` where it has none. */
  readonly type: string;
  /** A few words, e.g. `Helm chart`. */
  readonly title: string;
  /** Short name of an icon, e.g. `helm`. */
  readonly icon: string;
  readonly category: ArtifactCategory;
  /** Empty where any may occur. */
  readonly configMediaTypes: readonly string[];
  /** Empty where any may occur. */
  readonly layerMediaTypes: readonly string[];
  /**
   * What the files of its layers are called, by their media type in lower case, where a layer has no title. `{name}` stands for the last
   * part of the repository, `{version}` for the version. What is missing is called by its digest.
   */
  readonly fileNames: Readonly<Record<string, string>>;
  /**
   * Command that fetches or runs it, undefined where no tool does. `{reference}` stands for `registry/repository:tag` or `@digest`,
   * `{name}` for `registry/repository`, `{registry}`, `{repository}` and `{tag}` for the parts.
   */
  readonly consume: string | undefined;
  /** URL of its documentation. */
  readonly documentation: string | undefined;
  /** Undefined where only the annotations are read. */
  readonly extractor: ExtractorId | undefined;
  readonly source: TypeSource;
}

/** What an operator says of a type; what is absent keeps the value of the type that was known, or a neutral one. */
export type ArtifactTypeInput = Pick<ArtifactType, "type"> & Partial<Omit<ArtifactType, "type" | "fileNames">>;
