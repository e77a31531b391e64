import { z } from "zod";
import { digest } from "../../api/common.ts";
import { OCI_IMAGE_INDEX } from "../../oci/media-types.ts";

/** What lists look like as an image index. */
export const indexRepresentation = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.literal(OCI_IMAGE_INDEX),
  manifests: z.array(
    z.object({
      mediaType: z.string(),
      digest,
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
