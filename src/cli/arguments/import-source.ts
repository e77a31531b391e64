import type { RepositoryName } from "../../oci/name.ts";
import { CliError, EXIT } from "../output/exit-code.ts";

/** Where `opm import` reads: a running registry, or the storage of one. */
export type ImportLocation = { readonly kind: "registry"; readonly registry: string } | { readonly kind: "folder"; readonly path: string } | BucketLocation;

/** `s3://bucket/prefix` */
export interface BucketLocation {
  readonly kind: "bucket";
  readonly bucket: string;
  /** Empty, or without a slash at its ends. */
  readonly prefix: string;
}

/**
 * Parses the source of an import: `host[:port]`, a folder, which begins with `./`, `../` or `/`, or `s3://bucket[/prefix]`.
 * @throws CliError `invalid`; RegistryError for a host that is none
 */
export async function parseImportSource(written: string): Promise<ImportLocation> {
  if (/^\.{0,2}(?:\/|$)/.test(written) && written !== "") return { kind: "folder", path: written };
  if (written.startsWith("s3://")) return bucketLocation(written);
  const { parseRegistryHost, withoutWebScheme } = await import("../../oci/image-reference.ts");
  const text = withoutWebScheme(written).replace(/\/$/, "");
  if (text.includes("/")) {
    throw new CliError(
      EXIT.invalid,
      `'${written}' is neither a registry nor a folder: name host[:port], with --repositories for a part of it, or a folder from ./ or / on`,
    );
  }
  return { kind: "registry", registry: parseRegistryHost(text) };
}

/** What a bucket may be called (Amazon S3, "Bucket naming rules"), and older ones in part. */
const BUCKET = /^[a-zA-Z0-9][a-zA-Z0-9._-]{1,254}$/;

function bucketLocation(written: string): BucketLocation {
  const [bucket = "", ...parts] = written.slice("s3://".length).split("/");
  if (!BUCKET.test(bucket)) throw new CliError(EXIT.invalid, `'${written}' names no bucket: expected s3://bucket or s3://bucket/prefix`);
  return { kind: "bucket", bucket, prefix: parts.filter((part) => part !== "").join("/") };
}

/** Where `opm import` writes. */
export interface ImportDestination {
  readonly registry: string;
  /** Undefined where repositories keep their names. */
  readonly prefix: RepositoryName | undefined;
}

/** Parses `host[:port][/prefix]`. @throws RegistryError for a host or a prefix that is none */
export async function parseImportTarget(written: string): Promise<ImportDestination> {
  const [{ parseRegistryHost, withoutWebScheme }, { parseRepositoryName }] = await Promise.all([
    import("../../oci/image-reference.ts"),
    import("../../oci/name.ts"),
  ]);
  const text = withoutWebScheme(written).replace(/\/$/, "");
  const slash = text.indexOf("/");
  if (slash < 0) return { registry: parseRegistryHost(text), prefix: undefined };
  return { registry: parseRegistryHost(text.slice(0, slash)), prefix: parseRepositoryName(text.slice(slash + 1)) };
}
