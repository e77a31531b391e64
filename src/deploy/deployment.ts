/** What is at hand: the components that a registry is put together from (requirement 1). */
export interface Deployment {
  readonly template: Template;
  readonly content: ContentChoice;
  readonly metadata: MetadataChoice;
  readonly access: AccessChoice;
  /** Undefined: plain HTTP, for loopback or a proxy that ends TLS. */
  readonly tls?: CertificateFiles | undefined;
  /** Processes that answer requests: `auto`, or a number. */
  readonly workers: string;
  /** Of the container, in templates that have one. */
  readonly image: string;
  /** Under which clients reach it, where that is known. */
  readonly publicUrl?: string | undefined;
  /** Of the bucket. */
  readonly bucket?: Bucket | undefined;
}

export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

export interface Bucket {
  readonly name: string;
  /** Undefined: that of AWS. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
}

export const TEMPLATES = ["single", "compose", "kubernetes", "systemd"] as const;
export type Template = (typeof TEMPLATES)[number];

export const CONTENT_CHOICES = ["disk", "bucket"] as const;
export type ContentChoice = (typeof CONTENT_CHOICES)[number];

export const METADATA_CHOICES = ["sqlite", "postgres"] as const;
export type MetadataChoice = (typeof METADATA_CHOICES)[number];

export const ACCESS_CHOICES = ["open", "accounts"] as const;
export type AccessChoice = (typeof ACCESS_CHOICES)[number];
