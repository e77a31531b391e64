import type { Dependency } from "../../src/artifacts/facts.ts";
import type { EdgeKind } from "../../src/oci/manifest.ts";
import { OCI_EMPTY, OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST, OCI_LAYER_TAR_GZIP } from "../../src/oci/media-types.ts";
import { CONTENT, dependencyKindCode, edgeKindCode, MANIFEST_KIND } from "../../src/storage/sql/engine/codes.ts";
import { FACTS_VERSION } from "../../src/storage/sql/manifests/description.ts";
import { manifestTerms, providedKeys } from "../../src/storage/sql/manifests/terms.ts";
import type { Bulk } from "./bulk.ts";
import { type Interner, mediaTypes, Terms } from "./interner.ts";

/** Content that rows refer to. */
export interface ContentRef {
  readonly id: number;
  readonly digest: string;
}

export interface ManifestInput {
  readonly repository: { readonly id: number; readonly name: string };
  readonly kind: "image" | "index";
  readonly type: string;
  readonly subject?: ContentRef;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly platforms: readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly edges: readonly { readonly kind: EdgeKind; readonly content: ContentRef; readonly size: number; readonly platform?: string }[];
  readonly dependencies: readonly Dependency[];
  readonly at: number;
  readonly untagged: boolean;
}

/** A manifest that was written, and the terms it counts for. */
export interface WrittenManifest {
  readonly id: number;
  readonly content: ContentRef;
  readonly terms: readonly number[];
}

const MANIFEST = [
  "id",
  "repository_id",
  "content_id",
  "kind",
  "size",
  "media_type_id",
  "artifact_type_id",
  "config_media_type_id",
  "subject_content_id",
  "annotations",
  "pushed_at",
  "pushed_by",
  "untagged_at",
  "type_id",
  "title",
  "description",
  "labels",
  "platforms",
  "facts_version",
  "provides",
  "terms",
] as const;
const EDGE = ["manifest_id", "position", "repository_id", "content_id", "kind", "size", "media_type_id", "platform"] as const;
const DEPENDENCY = ["manifest_id", "repository_id", "kind", "key_id", "name", "registry", "requirement", "digest"] as const;

const MEDIA: Readonly<Record<EdgeKind, string>> = { config: OCI_EMPTY, layer: OCI_LAYER_TAR_GZIP, child: OCI_IMAGE_MANIFEST, subject: OCI_IMAGE_MANIFEST };

/** Writes manifests and what hangs on them, as the registry would have. */
export class ManifestRows {
  readonly terms: Terms;
  readonly mediaTypes: Interner;
  readonly #bulk: Bulk;
  #contents = 0;
  #manifests = 0;

  constructor(bulk: Bulk) {
    this.#bulk = bulk;
    this.terms = new Terms(bulk);
    this.mediaTypes = mediaTypes(bulk);
  }

  get count(): number {
    return this.#manifests;
  }

  /** New content; a blob of the repository when it is one. */
  content(size: number, state: number = CONTENT.linked): ContentRef {
    const id = ++this.#contents;
    const digest = `sha256:${new Bun.CryptoHasher("sha256").update(`content ${id}`).digest("hex")}`;
    this.#bulk.insert("content", ["id", "digest", "size", "state", "reserved_until"], [id, digest, size, state, 0]);
    return { id, digest };
  }

  link(repository: number, { id }: ContentRef, at: number): void {
    this.#bulk.insert("blob_link", ["repository_id", "content_id", "linked_at", "renewed_at", "loose"], [repository, id, at, at, 0]);
  }

  manifest(input: ManifestInput): WrittenManifest {
    const { repository, kind, type, subject, annotations, labels, platforms } = input;
    const content = this.content(0, CONTENT.absent);
    const id = ++this.#manifests;
    const mediaType = kind === "index" ? OCI_IMAGE_INDEX : OCI_IMAGE_MANIFEST;
    const configMediaType = kind === "index" ? undefined : subject === undefined ? type : OCI_EMPTY;
    const artifactType = subject === undefined ? undefined : type;
    const provides = providedKeys(repository.name, []);
    const hasSubject = subject !== undefined;
    const terms = this.terms.ids(manifestTerms({ mediaType, artifactType, configMediaType, type, hasSubject, annotations, labels, platforms, provides }));
    const typeId = (name: string | undefined): number | null => (name === undefined ? null : this.mediaTypes.id(name));
    const json = (value: object): string | null => (Object.keys(value).length === 0 ? null : JSON.stringify(value));
    this.#bulk.insert("manifest", MANIFEST, [
      id,
      repository.id,
      content.id,
      MANIFEST_KIND[kind],
      700,
      this.mediaTypes.id(mediaType),
      typeId(artifactType),
      typeId(configMediaType),
      subject?.id ?? null,
      json(annotations),
      input.at,
      "bench",
      input.untagged ? input.at : null,
      typeId(type),
      input.title ?? null,
      input.description ?? null,
      json(labels),
      json(platforms),
      FACTS_VERSION,
      json(provides),
      JSON.stringify(terms),
    ]);
    this.#bulk.insert("manifest_body", ["content_id", "body"], [content.id, new TextEncoder().encode(`{"n":${id}}`)]);
    for (const [position, edge] of input.edges.entries()) {
      const media = this.mediaTypes.id(edge.kind === "config" ? (configMediaType ?? OCI_EMPTY) : MEDIA[edge.kind]);
      this.#bulk.insert("manifest_edge", EDGE, [
        id,
        position,
        repository.id,
        edge.content.id,
        edgeKindCode(edge.kind),
        edge.size,
        media,
        edge.platform ?? null,
      ]);
    }
    for (const dependency of input.dependencies) this.#dependency(id, repository.id, dependency);
    return { id, content, terms };
  }

  #dependency(manifest: number, repository: number, { kind, key, name, registry, requirement, digest }: Dependency): void {
    const [keyId = 0] = this.terms.ids([{ kind: "depends", name: key }]);
    this.#bulk.insert("dependency", DEPENDENCY, [
      manifest,
      repository,
      dependencyKindCode(kind),
      keyId,
      name,
      registry ?? null,
      requirement ?? null,
      digest ?? null,
    ]);
  }
}
