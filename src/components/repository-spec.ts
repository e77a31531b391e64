/** How a common transport archive, or a component archive, is packed. */
export const ARCHIVE_FORMATS = ["directory", "tar", "tgz"] as const;
export type ArchiveFormat = (typeof ARCHIVE_FORMATS)[number];

export interface RegistrySpec {
  readonly kind: "registry";
  /** `host[:port]` */
  readonly host: string;
  readonly subPath?: string;
  /** True for `http://`, false for `https://`; undefined where the text does not say. */
  readonly plainHttp?: boolean;
}

export interface ArchiveSpec {
  readonly kind: "ctf" | "component-archive";
  readonly path: string;
  /** Undefined where the text does not say: content or name decide. */
  readonly format?: ArchiveFormat;
}

/** A place with component versions, as users name it. */
export type RepositorySpec = RegistrySpec | ArchiveSpec;
