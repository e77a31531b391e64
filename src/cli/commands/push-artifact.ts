import type { ContentTarget } from "../../client/content/content.ts";
import { repositoryContent } from "../../client/content/repository-content.ts";
import { checkPush } from "../../client/extension/check-push.ts";
import { type PushResult, pushFiles } from "../../client/push.ts";
import type { Descriptor, Platform } from "../../oci/descriptor.ts";
import { formatImageReference, type ImageReference } from "../../oci/image-reference.ts";
import { OCI_LAYER_TAR_GZIP } from "../../oci/media-types.ts";
import type { Tag } from "../../oci/tag.ts";
import { checkOneStdin, parseConfigArgument, parseFileArgument } from "../arguments/file.ts";
import { type ArtifactOptions, parseAnnotations } from "../options/push.ts";
import type { TransferSession } from "../sessions/client.ts";
import type { PushOutput } from "./push.output.ts";
import { adviseOnType } from "./type-advice.ts";

const DEFAULT_MEDIA_TYPE = "application/octet-stream";

export interface ArtifactToPush {
  readonly reference: ImageReference;
  /** `path` or `path:media/type` */
  readonly files: readonly string[];
  readonly tags: readonly Tag[];
  readonly subject?: (target: ContentTarget) => Promise<Descriptor>;
  readonly platform?: Platform;
}

/** Pushes files as one artifact, as `opm push` and `opm attach` do. */
export async function pushArtifact(artifact: ArtifactToPush, options: ArtifactOptions, session: TransferSession): Promise<PushOutput> {
  const { client, signal, onProgress, totals, warn } = session;
  const { reference, tags, platform } = artifact;
  const files = await Promise.all(artifact.files.map(parseFileArgument));
  const config = options.config === undefined ? undefined : await parseConfigArgument(options.config);
  checkOneStdin(config === undefined ? files : [...files, config]);
  const annotations = parseAnnotations(options.annotation);
  const advice = adviseOnType(
    options.type,
    files.map(({ mediaType, isFolder }) => mediaType ?? (isFolder ? OCI_LAYER_TAR_GZIP : DEFAULT_MEDIA_TYPE)),
  );
  if (advice !== undefined) warn(advice);
  const target = repositoryContent(client.repository(reference.registry, reference.repository));
  const subject = await artifact.subject?.(target);
  const result = await pushFiles(
    target,
    files.map(({ path, mediaType, content }) => ({
      path,
      ...(mediaType !== undefined && { mediaType }),
      ...(content !== undefined && { content, title: "stdin" }),
    })),
    {
      type: options.type,
      tags,
      annotations,
      ...(config !== undefined && { config }),
      ...(subject !== undefined && { subject }),
      ...(platform !== undefined && { platform }),
      ...(options.concurrency !== undefined && { concurrency: options.concurrency }),
      check: (manifest, wanted) => checkPush(client.connection(reference.registry), reference.repository, { manifest, tags: wanted, signal }),
      onProgress,
      signal,
    },
  );
  const { mediaType, digest, size } = result.descriptor;
  return {
    mediaType,
    digest,
    size,
    reference: formatImageReference({ ...reference, tag: tags[0], digest: (result.index ?? result.descriptor).digest }),
    artifactType: options.type,
    tags: [...tags],
    index: result.index === undefined ? null : { mediaType: result.index.mediaType, digest: result.index.digest, size: result.index.size },
    subject: subject?.digest ?? null,
    files: filesOf(result, files),
    transfer: totals(),
  };
}

function filesOf({ layers }: PushResult, files: readonly { readonly path: string }[]): PushOutput["files"] {
  return files.flatMap(({ path }, at) => {
    const layer = layers[at];
    return layer === undefined ? [] : [{ path, mediaType: layer.mediaType, digest: layer.digest, size: layer.size }];
  });
}
