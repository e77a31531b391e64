import { isTag } from "../../oci/tag.ts";
import { layoutTar } from "../repository/layout-archive.ts";
import { type PreparedContent, prepareBlob } from "./prepared-content.ts";

/** How images are stored: natively, or each as a file with an OCI layout, which no tool takes for an image. */
const IMAGE_FORMS = ["native", "archive"] as const;
export type ImageForm = (typeof IMAGE_FORMS)[number];

/** Of an archive whose content no tool looks at, and so leaves as it is. */
const OPAQUE_TYPE = "application/x-tar";

/** An image as a file with its OCI layout; other content as it is. @param label for messages */
export async function asArchive({ blob, access, digest, close }: PreparedContent, label: string): Promise<PreparedContent> {
  const freed = close === undefined ? {} : { close };
  if (blob.kind === "layer") return { blob, access, digest, ...freed };
  const name = typeof access.referenceName === "string" ? access.referenceName : undefined;
  const tag = name?.split(":")[1];
  const open = () => layoutTar(blob.root, blob.source, tag !== undefined && isTag(tag) ? { tag } : {});
  return { ...(await prepareBlob({ mediaType: OPAQUE_TYPE, open, label, ...(name !== undefined && { referenceName: name }) })), ...freed };
}
