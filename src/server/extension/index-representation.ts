import { z } from "zod";
import { digest as digestSchema } from "../../api/common.ts";
import type { History, TagList } from "../../api/tags.ts";
import { OCI_IMAGE_INDEX } from "../../oci/media-types.ts";
import type { HeldContent } from "../../storage/metadata/catalog/graph.ts";

/**
 * Lists as image indexes, as distribution-spec proposes them: tags in pull request 579, their history in 606. Neither is
 * merged; the names that may still change are these.
 */
const TAG_NAME = "org.opencontainers.image.ref.name";
const TAG_CREATED = "org.opencontainers.image.ref.created";
const EVENT_TIME = "org.opencontainers.distribution.tag.timestamp";
const EVENT_KIND = "org.opencontainers.distribution.tag.event";

/** The descriptor of each tag's manifest, annotated with the tag and when it was last pointed there. */
export function tagIndex({ tags }: TagList): string {
  return indexOf(
    tags.map(({ tag, descriptor: { mediaType, digest, size, artifactType }, updated }) => ({
      mediaType,
      digest,
      size,
      ...(artifactType && { artifactType }),
      annotations: { [TAG_NAME]: tag, [TAG_CREATED]: updated },
    })),
  );
}

/**
 * An entry for each manifest that a tag was pointed to, and for each that it was taken from by a deletion. Of manifests whose
 * content is gone for good the registry knows the digest only: their size is 0.
 */
export function historyIndex({ events }: History, held: ReadonlyMap<string, HeldContent>): string {
  return indexOf(
    events.map(({ tag, op, digest, previous, at }) => {
      const described = digest ?? previous ?? "";
      const content = held.get(described);
      return {
        mediaType: content?.mediaType ?? "application/octet-stream",
        digest: described,
        size: content?.size ?? 0,
        annotations: { [EVENT_TIME]: at, [EVENT_KIND]: op === "delete" ? "deleted" : "created", [TAG_NAME]: tag },
      };
    }),
  );
}

function indexOf(manifests: readonly object[]): string {
  return JSON.stringify({ schemaVersion: 2, mediaType: OCI_IMAGE_INDEX, manifests });
}

/** What lists look like as an image index. */
export const indexRepresentation = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.literal(OCI_IMAGE_INDEX),
  manifests: z.array(
    z.object({
      mediaType: z.string(),
      digest: digestSchema,
      size: z.int().nonnegative(),
      artifactType: z.string().optional(),
      annotations: z.record(z.string(), z.string()),
    }),
  ),
});

/** JSON Schema of a representation beside the operation's own. */
export function otherRepresentation(mediaType: string): Record<string, unknown> {
  if (mediaType !== OCI_IMAGE_INDEX) return { type: "string", description: "The same rows, a JSON document a line." };
  const { $schema: _, ...schema } = z.toJSONSchema(indexRepresentation, { io: "output" });
  return schema;
}
