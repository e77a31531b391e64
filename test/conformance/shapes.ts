import type { DigestAlgorithm } from "../../src/oci/digest.ts";
import { DOCKER_MANIFEST, DOCKER_MANIFEST_LIST, OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST, OCI_LAYER_TAR } from "../../src/oci/media-types.ts";
import {
  blobOf,
  type Content,
  configBlob,
  type Document,
  descriptorOf,
  emptyBlob,
  imageOf,
  indexOf,
  type ManifestContent,
  manifestOf,
  randomBlob,
  referrerOf,
} from "../support/content.ts";

/** All that one push consists of. */
export interface ShapeContent {
  readonly blobs: readonly Content[];
  /** In an order that has children before their index; the last is the one to tag. */
  readonly manifests: readonly [...ManifestContent[], ManifestContent];
}

export interface Shape {
  readonly name: string;
  readonly make: () => ShapeContent;
}

const SBOM = "application/vnd.example.sbom.v1+json";
const SIGNATURE = "application/vnd.example.signature.v1";
const ANNOTATIONS = { "org.opencontainers.image.created": "2026-01-02T03:04:05Z", "org.example.kind": "größer" };

export const SHAPES: readonly Shape[] = [
  { name: "image", make: () => image() },
  {
    name: "image with uncompressed layers",
    make: () => image({ layers: [randomBlob(512, { mediaType: OCI_LAYER_TAR }), randomBlob(512, { mediaType: OCI_LAYER_TAR })] }),
  },
  { name: "image without layers", make: () => image({ layers: [] }) },
  { name: "image with annotations", make: () => image({ more: { annotations: ANNOTATIONS } }) },
  { name: "image with an empty blob", make: () => image({ layers: [blobOf("")] }) },
  { name: "image with one layer twice", make: sameLayerTwice },
  { name: "image with non-distributable layers", make: nonDistributable },
  { name: "image with the data field", make: dataField },
  { name: "image with custom fields", make: customFields },
  { name: "large manifest", make: () => image({ more: { annotations: { "org.example.large": "x".repeat(4 * 1024 * 1024 - 4096) } } }) },
  { name: "artifact", make: () => artifact([randomBlob(64, { mediaType: SBOM })]) },
  { name: "artifact without layers", make: () => artifact([]) },
  { name: "artifact known by its config", make: () => image({ config: blobOf(crypto.randomUUID(), { mediaType: "application/vnd.example.config.v1+json" }) }) },
  { name: "artifacts with subject", make: artifactsWithSubject },
  { name: "artifact with a missing subject", make: missingSubject },
  { name: "index", make: () => index() },
  { name: "index with subject", make: indexWithSubject },
  { name: "artifact index", make: () => index({ more: { artifactType: SBOM, annotations: ANNOTATIONS } }) },
  { name: "empty index", make: () => ({ blobs: [], manifests: [indexOf([], { annotations: { "org.example.id": crypto.randomUUID() } })] }) },
  { name: "nested index", make: nestedIndex },
  { name: "sparse index", make: sparseIndex },
  { name: "sha512 image", make: () => image({ algorithm: "sha512" }) },
  { name: "sha512 index", make: () => index({ algorithm: "sha512" }) },
  { name: "sha512 artifacts with subject", make: () => artifactsWithSubject("sha512") },
  { name: "sha256 manifest of sha512 blobs", make: sha512Blobs },
  { name: "Docker manifest", make: () => dockerManifest() },
  { name: "Docker manifest list", make: dockerList },
];

interface ImageOptions {
  readonly config?: Content;
  readonly layers?: readonly Content[];
  readonly more?: Document;
  readonly algorithm?: DigestAlgorithm;
}

function image(options: ImageOptions = {}): ShapeContent {
  const { algorithm = "sha256", more = {} } = options;
  const config = options.config ?? configBlob({ algorithm });
  const layers = options.layers ?? [randomBlob(1000, { algorithm }), randomBlob(2000, { algorithm })];
  return { blobs: [config, ...layers], manifests: [imageOf(config, layers, more, { algorithm })] };
}

function sameLayerTwice(): ShapeContent {
  const [config, layer] = [configBlob(), randomBlob()];
  return { blobs: [config, layer], manifests: [imageOf(config, [layer, layer])] };
}

function nonDistributable(): ShapeContent {
  const [config, local] = [configBlob(), randomBlob()];
  const foreign = ["application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", "application/vnd.oci.image.layer.nondistributable.v1.tar"].map((mediaType) =>
    descriptorOf(randomBlob(128, { mediaType }), { urls: ["https://layers.example.com/one"] }),
  );
  const manifest = imageOf(config, [], { layers: [...foreign, descriptorOf(local)] });
  return { blobs: [config, local], manifests: [manifest] };
}

function dataField(): ShapeContent {
  const config = configBlob();
  const layer = emptyBlob();
  const data = (content: Content) => ({ data: Buffer.from(content.bytes).toString("base64") });
  const manifest = imageOf(config, [], { config: descriptorOf(config, data(config)), layers: [descriptorOf(layer, data(layer))] });
  return { blobs: [config, layer], manifests: [manifest] };
}

function customFields(): ShapeContent {
  const [config, layer] = [configBlob(), randomBlob()];
  const custom = { "org.example.custom": { deep: [1, 2.5, null, "ü"] }, extra: true };
  const child = imageOf(config, [], { config: descriptorOf(config, custom), layers: [descriptorOf(layer, custom)], ...custom });
  return { blobs: [config, layer], manifests: [child, indexOf([], { manifests: [descriptorOf(child, custom)], ...custom })] };
}

function artifact(layers: readonly Content[]): ShapeContent {
  const config = emptyBlob();
  return { blobs: [config, ...layers], manifests: [imageOf(config, layers, { artifactType: SBOM, annotations: { "org.example.id": crypto.randomUUID() } })] };
}

/** One referrer of each rule for `artifactType`: its own, its config's, its own before its config's. */
function artifactsWithSubject(algorithm: DigestAlgorithm = "sha256"): ShapeContent {
  const subject = image({ algorithm });
  const [root] = subject.manifests;
  const refersToRoot = { subject: descriptorOf(root), annotations: { ...ANNOTATIONS, "org.example.id": crypto.randomUUID() } };
  const layer = emptyBlob(algorithm);
  const config = blobOf(crypto.randomUUID(), { mediaType: SIGNATURE, algorithm });
  const referrers = [
    imageOf(layer, [layer], { artifactType: SBOM, ...refersToRoot }, { algorithm }),
    imageOf(config, [layer], refersToRoot, { algorithm }),
    imageOf(config, [], { artifactType: SBOM, ...refersToRoot }, { algorithm }),
    imageOf(config, [layer], { artifactType: "", ...refersToRoot }, { algorithm }),
  ];
  return { blobs: [...subject.blobs, layer, config], manifests: [...referrers, root] };
}

function missingSubject(): ShapeContent {
  const [absent] = image().manifests;
  return { blobs: [emptyBlob()], manifests: [referrerOf(absent, SIGNATURE, { annotations: ANNOTATIONS })] };
}

const PLATFORMS = [
  { os: "linux", architecture: "amd64" },
  { os: "linux", architecture: "arm64", variant: "v8" },
];

function index(options: { readonly algorithm?: DigestAlgorithm; readonly more?: Document } = {}): ShapeContent {
  const { algorithm = "sha256", more = {} } = options;
  const images = PLATFORMS.map(() => image({ algorithm }));
  const children = images.map(({ manifests: [manifest] }) => manifest);
  const manifests = children.map((child, at) => descriptorOf(child, { platform: PLATFORMS[at] }));
  return { blobs: images.flatMap(({ blobs }) => blobs), manifests: [...children, indexOf([], { manifests, ...more }, { algorithm })] };
}

/** An index refers to an index: with its own artifactType, and without one, which must then be omitted in the list. */
function indexWithSubject(): ShapeContent {
  const { blobs, manifests } = index();
  const subject = manifests[manifests.length - 1] as ManifestContent;
  const typed = indexOf([], { artifactType: SBOM, subject: descriptorOf(subject), annotations: ANNOTATIONS });
  const untyped = indexOf([], { subject: descriptorOf(subject), annotations: { "org.example.id": crypto.randomUUID() } });
  return { blobs, manifests: [...manifests, typed, untyped] };
}

function nestedIndex(): ShapeContent {
  const [one, two] = [index(), index()];
  const inner = [one, two].map(({ manifests }) => manifests[manifests.length - 1] as ManifestContent);
  return { blobs: [...one.blobs, ...two.blobs], manifests: [...one.manifests, ...two.manifests, indexOf(inner)] };
}

function sparseIndex(): ShapeContent {
  const present = image();
  const [absent] = image().manifests;
  const [child] = present.manifests;
  return { blobs: present.blobs, manifests: [child, indexOf([child, absent])] };
}

function sha512Blobs(): ShapeContent {
  const layers = [randomBlob(700, { algorithm: "sha512" })];
  return image({ config: configBlob({ algorithm: "sha512" }), layers });
}

function dockerManifest(): ShapeContent {
  const config = configBlob({ mediaType: "application/vnd.docker.container.image.v1+json" });
  const layer = randomBlob(300, { mediaType: "application/vnd.docker.image.rootfs.diff.tar.gzip" });
  return { blobs: [config, layer], manifests: [imageOf(config, [layer], { mediaType: DOCKER_MANIFEST })] };
}

function dockerList(): ShapeContent {
  const images = PLATFORMS.map(() => dockerManifest());
  const children = images.map(({ manifests: [manifest] }) => manifest);
  const manifests = children.map((child, at) => descriptorOf(child, { platform: PLATFORMS[at] }));
  return {
    blobs: images.flatMap(({ blobs }) => blobs),
    manifests: [...children, manifestOf({ schemaVersion: 2, mediaType: DOCKER_MANIFEST_LIST, manifests })],
  };
}

/** What a referrer list must say of a manifest (distribution-spec, "Listing Referrers"), or undefined when it has no subject. */
export function referrerDescriptor(manifest: ManifestContent): Document | undefined {
  const { subject, artifactType, config, annotations } = manifest.document as {
    subject?: { digest: string };
    artifactType?: string;
    config?: { mediaType: string };
    annotations?: Document;
  };
  if (subject === undefined) return undefined;
  const type = artifactType || config?.mediaType;
  return descriptorOf(manifest, { ...(type !== undefined && { artifactType: type }), ...(annotations && { annotations }) });
}

export function subjectOf(manifest: ManifestContent): string | undefined {
  return (manifest.document as { subject?: { digest: string } }).subject?.digest;
}

export const MANIFEST_ACCEPT = [OCI_IMAGE_MANIFEST, OCI_IMAGE_INDEX, DOCKER_MANIFEST, DOCKER_MANIFEST_LIST].join(", ");
