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

const SIZES = { small: 1024, medium: 2 ** 20, layers: 16 * 2 ** 20, large: 256 * 2 ** 20 } as const;

export type Repository = keyof typeof SIZES;

interface SeedBlob {
  readonly digest: string;
  /** Made anew on each call. */
  bytes(): Uint8Array;
}

export interface BenchContent {
  /** The blobs of each repository. */
  readonly blobs: Readonly<Record<Repository, readonly SeedBlob[]>>;
  /** In the repository `small`. */
  readonly manifests: readonly SeedManifest[];
  /** In the repository `small`: manifests that refer to one of the first manifests. */
  readonly referrers: readonly (SeedManifest & { readonly subject: string })[];
  /** Repositories with one manifest each, under the tag v1; the blob of all of them. */
  readonly many: { readonly names: readonly string[]; readonly blob: SeedBlob; readonly template: string };
}

export interface ContentOptions {
  /** Also blobs of 1 MiB and 256 MiB. */
  readonly large: boolean;
  /** Also blobs of 16 MiB. */
  readonly layers: boolean;
  /** How many repositories there are beside those that the cases name. */
  readonly repositories: number;
}

/** The content that is read: the same for every server. */
export function makeContent({ large, layers, repositories }: ContentOptions): BenchContent {
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
  const ofLayer = { mediaType: layer(0).mediaType, digest: imageConfig.digest, size: imageConfig.size };
  return {
    blobs: {
      small,
      medium: large ? manyBlobs("medium", COUNT) : [],
      layers: layers ? manyBlobs("layers", 4) : [],
      large: large ? manyBlobs("large", 2) : [],
    },
    manifests,
    referrers,
    many: {
      names: Array.from({ length: repositories }, (_, index) => `bench/many/r${String(index).padStart(5, "0")}`),
      blob: blobOf(() => config),
      template: JSON.stringify({ ...common, config: imageConfig, layers: [ofLayer], annotations: { repository: "{repository}" } }),
    },
  };
}

/** The manifest of one of the many repositories. */
export function manifestOfRepository({ many }: BenchContent, name: string): string {
  return many.template.replaceAll("{repository}", name);
}

/** sha256 as the API writes it. */
export function digestOf(bytes: Uint8Array | string): string {
  return `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
}

function manifestOf(tag: string, value: object): SeedManifest {
  const body = JSON.stringify(value);
  const digest = digestOf(body);
  return { reference: tag === "" ? digest : tag, digest, body };
}

function manyBlobs(kind: Repository, count: number): SeedBlob[] {
  return Array.from({ length: count }, (_, index) => blobOf(() => randomBytes(`${kind} ${index}`, SIZES[kind])));
}

function blobOf(bytes: () => Uint8Array): SeedBlob {
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

/** Something to read, and what the answer has to be. */
export interface Resource {
  readonly path: string;
  /** Of the body; undefined where servers may write it differently. */
  readonly digest?: string;
  /** Whether the body says what it has to, where there is no digest. */
  holds?(body: string): boolean;
}

/** How many names a page of the list of all repositories has. */
const PAGE = 100;

/** What the cases read. */
export function resourcesOf(content: BenchContent) {
  const { blobs, manifests, many } = content;
  const blobsOf = (repository: Repository): Resource[] => blobs[repository].map(({ digest }) => ({ path: `/v2/bench/${repository}/blobs/${digest}`, digest }));
  const base = "/v2/bench/small";
  const lists = (path: string, list: "tags" | "manifests" | "repositories", count: number): Resource => ({
    path,
    holds: (body) => (JSON.parse(body) as Record<string, unknown[] | undefined>)[list]?.length === count,
  });
  return {
    small: blobsOf("small"),
    medium: blobsOf("medium"),
    layers: blobsOf("layers"),
    large: blobsOf("large"),
    byTag: manifests.map(({ reference, digest }): Resource => ({ path: `${base}/manifests/${reference}`, digest })),
    byDigest: manifests.map(({ digest }): Resource => ({ path: `${base}/manifests/${digest}`, digest })),
    tags: [lists(`${base}/tags/list`, "tags", COUNT)],
    referrers: manifests.slice(0, SUBJECTS).map(({ digest }) => lists(`${base}/referrers/${digest}`, "manifests", REFERRERS)),
    many: many.names.map((name): Resource => ({ path: `/v2/${name}/manifests/v1`, digest: digestOf(manifestOfRepository(content, name)) })),
    // The last page may be a short one, and is left out.
    catalog: many.names
      .filter((_, index) => index % PAGE === 0 && index + PAGE < many.names.length)
      .map((last) => lists(`/v2/_catalog?n=${PAGE}&last=${encodeURIComponent(last)}`, "repositories", PAGE)),
  } as const;
}

export type PathSet = keyof ReturnType<typeof resourcesOf>;
