import { basename } from "node:path";
import { isClientError } from "../../client/client-error.ts";
import { ComponentError } from "../component-error.ts";
import type { Json } from "../descriptor/component-descriptor.ts";
import { formatSorted } from "../descriptor/json-tree.ts";
import type { InputContext } from "./input-context.ts";
import { type InputPath, resolveInputPath } from "./input-path.ts";
import type { DirectoryInput, FileInput, Input, TextInput } from "./input-schema.ts";
import { type PreparedContent, prepareArtifact, prepareBlob } from "./prepared-content.ts";

/** Makes of an input what can be stored. @throws ComponentError, ConfigError that name the field */
export async function prepareInput(input: Input, context: InputContext): Promise<PreparedContent> {
  try {
    const content = await prepare(input, context);
    if (context.images === "native") return content;
    const { asArchive } = await import("./prepare-image-archive.ts");
    return await asArchive(content, "path" in input && typeof input.path === "string" ? input.path : input.type);
  } catch (cause) {
    if (!(cause instanceof ComponentError) && !isClientError(cause)) throw cause;
    throw new ComponentError(cause.kind, `${context.place("path" in input ? "path" : "type")}: ${cause.message}`, { cause });
  }
}

async function prepare(input: Input, context: InputContext): Promise<PreparedContent> {
  switch (input.type.replace("/v1", "").toLowerCase()) {
    case "file":
      return await prepareFile(input as FileInput, context);
    case "dir":
      return await prepareDirectory(input as DirectoryInput, context);
    case "utf8":
      return await prepareText(input as TextInput);
    case "helm": {
      const { prepareChart } = await import("./prepare-chart.ts");
      return await prepareChart(input as Parameters<typeof prepareChart>[0], context);
    }
    default: {
      const { prepareRegistryArtifact } = await import("./prepare-registry-artifact.ts");
      return await prepareRegistryArtifact(input as Parameters<typeof prepareRegistryArtifact>[0], context);
    }
  }
}

async function prepareFile({ path: written, mediaType, compress = false }: FileInput, context: InputContext): Promise<PreparedContent> {
  const [{ readFileStream }, { isArtifactArchive }] = await Promise.all([import("../../client/content/files.ts"), import("../repository/artifact-set.ts")]);
  const found = await resolveInputPath(written, context.folder);
  if (mediaType !== undefined && isArtifactArchive(mediaType)) {
    if (compress) throw new ComponentError("invalid", "an OCI artifact is stored in its parts: leave out compress");
    return await prepareArchive(found, context);
  }
  if (found.isFolder) throw new ComponentError("invalid", `'${written}' is a folder: use the input dir`);
  const open = () => readFileStream(found.path, { ...(context.signal && { signal: context.signal }) });
  if (!compress) return await prepareBlob({ mediaType: mediaType ?? "application/octet-stream", open, label: written });
  const { gzip } = await import("../../client/content/gzip.ts");
  return await prepareBlob({ mediaType: compressedType(mediaType ?? "application/octet-stream"), open: () => gzip(open()), label: written });
}

/** An image layout in a folder, or an archive with one or with an artifact set. */
async function prepareArchive({ path, isFolder }: InputPath, { artifactDigest: digestName, signal }: InputContext): Promise<PreparedContent> {
  if (isFolder) {
    const [{ openLayoutFolder }, { soleReference }] = await Promise.all([
      import("../../client/content/layout-folder.ts"),
      import("../../client/content/layout-reader.ts"),
    ]);
    const source = await openLayoutFolder(path);
    const { descriptor: root } = await source.manifest(await soleReference(source.files));
    return prepareArtifact({ root, source, digestName, close: () => source.close() });
  }
  const [{ readFileStream }, { openArtifactArchive }] = await Promise.all([import("../../client/content/files.ts"), import("../repository/artifact-set.ts")]);
  const archive = await openArtifactArchive(readFileStream(path, { ...(signal && { signal }) }), basename(path));
  return prepareArtifact({ ...archive, digestName });
}

async function prepareDirectory(input: DirectoryInput, context: InputContext): Promise<PreparedContent> {
  const { path: written, mediaType = "application/x-tar", compress = false, preserveDir = false, followSymlinks = false, includeFiles, excludeFiles } = input;
  const [{ tarStream }, { directoryMembers }, { fileFilter }] = await Promise.all([
    import("../../client/content/tar-stream.ts"),
    import("../../client/content/directory-members.ts"),
    import("./file-filter.ts"),
  ]);
  const { path, isFolder } = await resolveInputPath(written, context.folder);
  if (!isFolder) throw new ComponentError("invalid", `'${written}' is a file: use the input file`);
  const options = {
    boundary: context.folder,
    ...(preserveDir && { prefix: basename(path) }),
    followLinks: followSymlinks,
    remedy: "leave it out with excludeFiles, or set followSymlinks",
    accepts: fileFilter({ include: includeFiles, exclude: excludeFiles }),
    filesOnly: includeFiles !== undefined,
    ...(context.signal && { signal: context.signal }),
  };
  const open = () => tarStream(directoryMembers(path, options));
  if (!compress) return await prepareBlob({ mediaType, open, label: written });
  const { gzip } = await import("../../client/content/gzip.ts");
  return await prepareBlob({ mediaType: compressedType(mediaType), open: () => gzip(open()), label: written });
}

async function prepareText(input: TextInput): Promise<PreparedContent> {
  const [{ gzip }, { bytesOf }] = await Promise.all([import("../../client/content/gzip.ts"), import("../../client/content/verified.ts")]);
  const { text, mediaType: usual } = await formatText(input);
  const bytes = new TextEncoder().encode(text);
  const { mediaType = usual, compress = false } = input;
  const open = () => (compress ? gzip(bytesOf(bytes)) : bytesOf(bytes));
  return await prepareBlob({ mediaType: compress ? compressedType(mediaType) : mediaType, open, label: input.type });
}

/** The text that an input of type utf8 stands for; equal values make equal texts. */
async function formatText({ text, json, formattedJson, yaml }: TextInput): Promise<{ readonly text: string; readonly mediaType: string }> {
  if (text !== undefined) return { text, mediaType: "text/plain" };
  if (json !== undefined) return { text: formatSorted(json as Json), mediaType: "application/json" };
  const sorted: unknown = JSON.parse(formatSorted((formattedJson === undefined ? yaml : formattedJson) as Json));
  if (formattedJson !== undefined) return { text: JSON.stringify(sorted, null, 2), mediaType: "application/json" };
  const { stringify } = await import("yaml");
  return { text: stringify(sorted, { lineWidth: 0 }), mediaType: "application/x-yaml" };
}

function compressedType(mediaType: string): string {
  return /(?:\+|\/|[.-])(?:gzip|tgz)$/.test(mediaType) ? mediaType : `${mediaType}+gzip`;
}
