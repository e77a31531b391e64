import { createHash } from "node:crypto";

const INDEX = "application/vnd.oci.image.index.v1+json";
const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

/** What a client that pulls images accepts. */
export const ACCEPT = `${MANIFEST}, ${INDEX}`;

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

export interface SeedManifest {
  readonly reference: string;
  readonly digest: string;
  readonly body: string;
}

/** How many blobs, manifests and tags are read in turn, how many manifests are referred to, and by how many each. */
const COUNT = 100;
const SUBJECTS = 10;
const REFERRERS = 10;

const SIZES = { small: 1024, medium: 2 ** 20, large: 256 * 2 ** 20 } as const;

export type Repository = keyof typeof SIZES;

export interface BenchContent {
  /** The blobs of each repository; the bytes are made anew on each call. */
  readonly blobs: Readonly<Record<Repository, readonly { readonly digest: string; bytes(): Uint8Array }[]>>;
  /** In the repository `small`. */
  readonly manifests: readonly SeedManifest[];
  /** In the repository `small`: manifests that refer to one of the first manifests. */
  readonly referrers: readonly (SeedManifest & { readonly subject: string })[];
}

/** The content that is read: the same for every server. */
export function makeContent(): BenchContent {
  const config = Buffer.from(JSON.stringify({ architecture: "amd64", os: "linux", rootfs: { type: "layers", diff_ids: [] } }));
  const small = [blobOf(() => config), ...manyBlobs("small", COUNT)];
  const layer = (index: number): Descriptor => ({
    mediaType: "application/vnd.oci.image.layer.v1.tar",
    digest: small[1 + (index % COUNT)]?.digest ?? "",
    size: SIZES.small,
  });
  const common = { schemaVersion: 2, mediaType: MANIFEST };
  const imageConfig = { mediaType: "application/vnd.oci.image.config.v1+json", digest: digestOf(config), size: config.length };
  const manifests = Array.from({ length: COUNT }, (_, index) =>
    manifestOf(`v1.${index}`, { ...common, config: imageConfig, layers: [0, 1, 2, 3].map((offset) => layer(index + offset)) }),
  );
  const referrers = manifests.slice(0, SUBJECTS).flatMap(({ digest, body }) =>
    Array.from({ length: REFERRERS }, (_, index) => {
      const subject = { mediaType: MANIFEST, digest, size: body.length };
      const artifactType = "application/vnd.example.signature";
      return {
        ...manifestOf("", { ...common, artifactType, config: imageConfig, layers: [layer(index)], subject, annotations: { index: `${index}` } }),
        subject: digest,
      };
    }),
  );
  return { blobs: { small, medium: manyBlobs("medium", COUNT), large: manyBlobs("large", 2) }, manifests, referrers };
}

function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function manifestOf(tag: string, value: object): SeedManifest {
  const body = JSON.stringify(value);
  const digest = digestOf(body);
  return { reference: tag === "" ? digest : tag, digest, body };
}

function manyBlobs(kind: Repository, count: number): { digest: string; bytes(): Uint8Array }[] {
  return Array.from({ length: count }, (_, index) => blobOf(() => randomBytes(`${kind} ${index}`, SIZES[kind])));
}

function blobOf(bytes: () => Uint8Array): { digest: string; bytes(): Uint8Array } {
  return { digest: digestOf(bytes()), bytes };
}

/** Bytes that only depend on the seed: a random block, repeated, with a counter. */
function randomBytes(seed: string, size: number): Uint8Array {
  const block = Buffer.alloc(Math.min(size, 2 ** 20));
  for (let offset = 0; offset < block.length; offset += 64) createHash("sha512").update(`${seed} ${offset}`).digest().copy(block, offset);
  if (size === block.length) return block;
  const bytes = Buffer.allocUnsafe(size);
  for (let offset = 0; offset < size; offset += block.length) block.copy(bytes, offset);
  return bytes;
}

/** The paths that the cases read. */
export function pathsOf({ blobs, manifests }: BenchContent) {
  const blobPaths = (repository: Repository) => blobs[repository].map(({ digest }) => `/v2/bench/${repository}/blobs/${digest}`);
  const base = "/v2/bench/small";
  return {
    small: blobPaths("small"),
    medium: blobPaths("medium"),
    large: blobPaths("large"),
    byTag: manifests.map(({ reference }) => `${base}/manifests/${reference}`),
    byDigest: manifests.map(({ digest }) => `${base}/manifests/${digest}`),
    tags: [`${base}/tags/list`],
    referrers: manifests.slice(0, SUBJECTS).map(({ digest }) => `${base}/referrers/${digest}`),
  } as const;
}

export type PathSet = keyof ReturnType<typeof pathsOf>;
