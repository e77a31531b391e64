import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { digestOf } from "../../src/oci/digest.ts";
import { OCI_IMAGE_CONFIG, OCI_IMAGE_INDEX } from "../../src/oci/media-types.ts";
import { blobOf, type Content, descriptorOf, imageOf, type ManifestContent, manifestOf } from "../support/content.ts";

const ARCHITECTURES = ["amd64", "arm64"] as const;

export type Architecture = (typeof ARCHITECTURES)[number];

/** An image for several platforms that no other call gave, on the disk as an OCI layout. */
export interface LayoutOnDisk {
  readonly folder: string;
  readonly tag: string;
  readonly index: ManifestContent;
  readonly images: Readonly<Record<Architecture, ManifestContent>>;
  /** Layers and configs. */
  readonly blobs: readonly Content[];
}

/** The bytes of a tar archive with these files. */
export async function tarOf(files: Readonly<Record<string, string>>): Promise<Uint8Array<ArrayBuffer>> {
  return new Bun.Archive(files).bytes();
}

/**
 * Writes an image whose layers can be unpacked and whose configs say so: some clients look. image-spec, "OCI Image Layout".
 * @param entry what `index.json` is: an entry for the tag, as most clients want it, or the image's index itself, as crane does
 */
export async function writeLayout(folder: string, entry: "tag" | "index" = "tag"): Promise<LayoutOnDisk> {
  const shared = await tarOf({ "etc/release": crypto.randomUUID() });
  const platforms = await Promise.all(ARCHITECTURES.map((architecture) => platformImage(architecture, shared)));
  const [amd64, arm64] = platforms.map(({ manifest }) => manifest);
  if (amd64 === undefined || arm64 === undefined) throw new Error("an image is missing");
  const children = platforms.map(({ manifest, architecture }) => descriptorOf(manifest, { platform: { os: "linux", architecture } }));
  const index = manifestOf({ schemaVersion: 2, mediaType: OCI_IMAGE_INDEX, manifests: children });
  const blobs = platforms.flatMap((platform) => platform.blobs);
  const tag = "v1";

  mkdirSync(join(folder, "blobs", "sha256"), { recursive: true });
  for (const { digest, bytes } of [index, amd64, arm64, ...blobs]) writeFileSync(blobPath(folder, digest), bytes);
  writeFileSync(join(folder, "oci-layout"), JSON.stringify({ imageLayoutVersion: "1.0.0" }));
  const tagged = descriptorOf(index, { annotations: { "org.opencontainers.image.ref.name": tag } });
  const entries = entry === "index" ? index : manifestOf({ schemaVersion: 2, mediaType: OCI_IMAGE_INDEX, manifests: [tagged] });
  writeFileSync(join(folder, "index.json"), entries.bytes);
  return { folder, tag, index, images: { amd64, arm64 }, blobs };
}

/** Where a layout has the content of a digest. */
export function blobPath(folder: string, digest: string): string {
  return join(folder, "blobs", ...digest.split(":"));
}

async function platformImage(architecture: Architecture, shared: Uint8Array<ArrayBuffer>) {
  const tars = [shared, await tarOf({ "bin/program": `for ${architecture} ${crypto.randomUUID()}` })];
  const layers = tars.map((tar) => blobOf(Bun.gzipSync(tar)));
  const config = {
    created: "2026-01-01T00:00:00Z",
    architecture,
    os: "linux",
    config: { Cmd: ["/bin/program"] },
    rootfs: { type: "layers", diff_ids: tars.map((tar) => digestOf(tar)) },
    history: tars.map(() => ({ created: "2026-01-01T00:00:00Z", created_by: "test" })),
  };
  const configBlob = blobOf(JSON.stringify(config), { mediaType: OCI_IMAGE_CONFIG });
  return { architecture, manifest: imageOf(configBlob, layers), blobs: [configBlob, ...layers] };
}
