import { type Content, descriptorOf, type ManifestContent } from "../support/content.ts";

/** A repository as zot keeps it. */
export interface ZotRepository {
  readonly name: string;
  readonly blobs: readonly Content[];
  /** What its index lists: every manifest but children of indexes. */
  readonly listed: readonly (readonly [ManifestContent, tag?: string])[];
}

/** The files of an OCI layout as zot writes it, by path. Blobs without bytes are what it leaves in a bucket where another repository has the same. */
export function zotFiles({ name, blobs, listed }: ZotRepository): ReadonlyMap<string, Uint8Array<ArrayBuffer>> {
  const manifests = listed.map(([manifest, tag]) =>
    descriptorOf(manifest, tag === undefined ? {} : { annotations: { "org.opencontainers.image.ref.name": tag } }),
  );
  const text = (content: string) => new TextEncoder().encode(content);
  return new Map([
    [`${name}/oci-layout`, text('{"imageLayoutVersion":"1.0.0"}')],
    [`${name}/index.json`, text(JSON.stringify({ schemaVersion: 2, manifests }))],
    ...blobs.map(({ digest, bytes }): [string, Uint8Array<ArrayBuffer>] => [`${name}/blobs/${digest.replace(":", "/")}`, bytes]),
  ]);
}
