import type { Descriptor } from "../../../oci/descriptor.ts";
import { type Digest, digestOf, isDigest } from "../../../oci/digest.ts";
import { parseManifest } from "../../../oci/manifest.ts";
import { OCI_EMPTY, OCI_IMAGE_CONFIG, OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST, OCI_LAYER_TAR_GZIP } from "../../../oci/media-types.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import { parseTag, type Tag } from "../../../oci/tag.ts";
import { ClientError } from "../../client-error.ts";
import type { StoredManifest } from "../../content/content.ts";
import { openPlainRepository, type PlainClient, type PlainRepository } from "../plain-repository.ts";

const HOST = "registry.test";

interface Stored {
  readonly manifests: Map<Digest, StoredManifest>;
  readonly blobs: Map<Digest, Uint8Array>;
  readonly tags: Map<Tag, Digest>;
}

/** A registry in memory that knows the distribution API only. */
export class MemoryRegistry {
  readonly #repositories = new Map<string, Stored>();
  /** Every question so far, e.g. `HEAD app:v1`. */
  readonly requests: string[] = [];
  /** What users were told of what was not looked at. */
  readonly notes: string[] = [];

  blob(repository: string, content: string | object, mediaType = OCI_LAYER_TAR_GZIP): Descriptor {
    const bytes = new TextEncoder().encode(typeof content === "string" ? content : JSON.stringify(content));
    const digest = digestOf(bytes);
    this.#of(repository).blobs.set(digest, bytes);
    return { mediaType, digest, size: bytes.length };
  }

  /** An image for a platform, or an artifact with an empty config where a type is given. */
  image(
    repository: string,
    tags: readonly string[],
    more: { readonly platform?: string; readonly labels?: object } & Readonly<Record<string, unknown>> = {},
  ): Descriptor {
    const { platform, labels, ...fields } = more;
    const [os = "linux", architecture = "amd64", variant] = (platform ?? "").split("/").filter(Boolean);
    const document = {
      os,
      architecture,
      ...(variant && { variant }),
      author: tags.join(),
      config: { Labels: labels },
      rootfs: { type: "layers", diff_ids: [] },
    };
    const isArtifact = fields.artifactType !== undefined;
    const config = isArtifact ? this.blob(repository, "{}", OCI_EMPTY) : this.blob(repository, document, OCI_IMAGE_CONFIG);
    const layers = [this.blob(repository, `layer of ${tags.join()}`)];
    return this.manifest(repository, tags, { schemaVersion: 2, mediaType: OCI_IMAGE_MANIFEST, config, layers, ...fields });
  }

  index(repository: string, tags: readonly string[], manifests: readonly Descriptor[]): Descriptor {
    return this.manifest(repository, tags, { schemaVersion: 2, mediaType: OCI_IMAGE_INDEX, manifests });
  }

  manifest(repository: string, tags: readonly string[], document: Readonly<Record<string, unknown>>): Descriptor {
    const bytes = new TextEncoder().encode(JSON.stringify(document));
    const descriptor = { mediaType: String(document.mediaType), digest: digestOf(bytes), size: bytes.length };
    const stored = this.#of(repository);
    stored.manifests.set(descriptor.digest, { descriptor, bytes });
    for (const tag of tags) stored.tags.set(parseTag(tag), descriptor.digest);
    return descriptor;
  }

  open(repository: string): PlainRepository {
    return openPlainRepository(repository as RepositoryName, {
      signal: new AbortController().signal,
      open: (name) => this.#client(name),
      note: (text) => void this.notes.push(text),
    });
  }

  #of(repository: string): Stored {
    const stored = this.#repositories.get(repository) ?? { manifests: new Map(), blobs: new Map(), tags: new Map() };
    this.#repositories.set(repository, stored);
    return stored;
  }

  #client(repository: RepositoryName): PlainClient {
    const ask = (what: string): Stored => {
      this.requests.push(what);
      const stored = this.#repositories.get(repository);
      if (stored === undefined) throw missing(repository);
      return stored;
    };
    const find = (stored: Stored, reference: Tag | Digest): StoredManifest => {
      const digest = isDigest(reference) ? reference : stored.tags.get(reference);
      const found = digest && stored.manifests.get(digest);
      if (found === undefined) throw missing(`${repository} ${reference}`);
      return found;
    };
    return {
      registry: HOST,
      getManifest: async (reference) => find(ask(`GET ${repository}:${reference}`), reference),
      headManifest: async (reference) => find(ask(`HEAD ${repository}:${reference}`), reference).descriptor,
      headBlob: async (digest) => ask(`HEAD blob ${repository}@${digest}`).blobs.get(digest)?.length,
      async *blob({ digest }) {
        const bytes = ask(`GET blob ${repository}@${digest}`).blobs.get(digest);
        if (bytes === undefined) throw missing(digest);
        yield bytes;
      },
      async *tags() {
        yield* ask(`GET tags ${repository}`).tags.keys();
      },
      referrers: async (subject) => {
        const all = [...ask(`GET referrers ${repository}@${subject}`).manifests.values()];
        const descriptors = all.flatMap(({ descriptor, bytes }) => {
          const { subject: of, artifactType, configMediaType } = parseManifest(bytes, descriptor.mediaType);
          return of === subject ? [{ ...descriptor, artifactType: artifactType ?? configMediaType }] : [];
        });
        return { descriptors, from: "api" };
      },
    };
  }
}

function missing(what: string): ClientError {
  return new ClientError("not-found", `${what}: not found`, { status: 404 });
}
