import { readdir, stat } from "node:fs/promises";
import { fileError } from "../../client/content/files.ts";
import { FOLDER_LOCK } from "../../client/folder-lock.ts";
import type { RegistryClient } from "../../client/registry-client.ts";
import { ComponentError } from "../component-error.ts";
import { DESCRIPTOR_FILE } from "../descriptor/descriptor-tar.ts";
import type { ArchiveFormat, ArchiveSpec, RepositorySpec } from "../repository-spec.ts";
import type { ComponentStore } from "./component-store.ts";
import { INDEX_FILE } from "./ctf/artifact-index.ts";

export interface OpenStoreOptions {
  /** Knows which registries speak HTTP without TLS. */
  readonly client: RegistryClient;
  /** `read`: it must be there. `write`: an archive that is not there is made with the first write. */
  readonly access: "read" | "write";
  /** Of an archive that is to be made; default: by its name, else a folder. */
  readonly format?: ArchiveFormat;
  readonly signal?: AbortSignal;
}

/**
 * Opens a place with component versions. How an archive is packed says its content, of a new one its name.
 * @throws ClientError `not-found`; ComponentError `invalid` when it is none or not safe to use, `refused` when it cannot be written
 */
export async function openComponentStore(spec: RepositorySpec, options: OpenStoreOptions): Promise<ComponentStore> {
  if (spec.kind === "registry") {
    const { registryStore } = await import("./registry-store.ts");
    return registryStore(options.client, spec);
  }
  const found = await stat(spec.path).catch((cause) => {
    const error = fileError(`cannot read ${spec.path}`, cause);
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT" && options.access === "write") return undefined;
    throw error;
  });
  if (found?.isDirectory()) return await openFolder(spec, options);
  if (found !== undefined && !found.isFile()) throw new ComponentError("invalid", `${spec.path} is neither a file nor a folder`);
  return found === undefined ? await create(spec, options) : await openFile(spec, options);
}

async function create(spec: ArchiveSpec, options: OpenStoreOptions): Promise<ComponentStore> {
  const { path } = spec;
  if (spec.kind === "component-archive") throw readOnlyError(path);
  const format = options.format ?? spec.format ?? formatByName(path);
  const { ctfStore } = await import("./ctf/ctf-store.ts");
  if (format === "directory") return ctfStore((await import("./ctf/ctf-folder.ts")).ctfFolder(path, path), { path, readOnly: false });
  const { ctfArchive } = await import("./ctf/ctf-archive.ts");
  return ctfStore(await ctfArchive(path, { name: path, isCompressed: format === "tgz" }), { path, readOnly: false });
}

async function openFolder(spec: ArchiveSpec, options: OpenStoreOptions): Promise<ComponentStore> {
  const { path } = spec;
  const { access, format = spec.format ?? "directory" } = options;
  if (format !== "directory") throw new ComponentError("invalid", `${path} is a folder, not a ${format} file`);
  const names = await readdir(path).catch((cause) => {
    throw fileError(`cannot read ${path}`, cause);
  });
  if (spec.kind === "component-archive" || (names.includes(DESCRIPTOR_FILE) && !names.includes(INDEX_FILE))) {
    if (access === "write") throw readOnlyError(path);
    const [{ componentArchiveFolder }, { componentArchiveStore }] = await Promise.all([
      import("./component-archive-files.ts"),
      import("./component-archive.ts"),
    ]);
    return await componentArchiveStore(await componentArchiveFolder(path, path), { path, name: path });
  }
  // what another process that begins to write makes before its index is no other content
  const isNew = access === "write" && names.every((name) => name === "blobs" || name.endsWith(".partial") || name.startsWith(FOLDER_LOCK));
  if (!names.includes(INDEX_FILE) && !isNew) {
    throw new ComponentError(
      "invalid",
      `${path} is no common transport archive: it has no file ${INDEX_FILE}${access === "write" ? ", and other content" : ""}`,
    );
  }
  const [{ ctfFolder }, { ctfStore }] = await Promise.all([import("./ctf/ctf-folder.ts"), import("./ctf/ctf-store.ts")]);
  return ctfStore(ctfFolder(path, path), { path, readOnly: access === "read" });
}

/** Tar or tgz, whatever its name is. */
async function openFile(spec: ArchiveSpec, { access, format = spec.format, signal }: OpenStoreOptions): Promise<ComponentStore> {
  const { path } = spec;
  const { openArchive } = await import("./ctf/archive-entries.ts");
  const archive = await openArchive(path, path, signal);
  try {
    const packed = archive.isCompressed ? "tgz" : "tar";
    if (format !== undefined && format !== packed)
      throw new ComponentError("invalid", `${path} is a ${packed} file, not a ${format === "directory" ? "folder" : `${format} file`}`);
    if (spec.kind === "component-archive" || (archive.entries.has(DESCRIPTOR_FILE) && !archive.entries.has(INDEX_FILE))) {
      if (access === "write") throw readOnlyError(path);
      const [{ componentArchiveFile }, { componentArchiveStore }] = await Promise.all([
        import("./component-archive-files.ts"),
        import("./component-archive.ts"),
      ]);
      return await componentArchiveStore(await componentArchiveFile(archive, path), { path, name: path });
    }
    const [{ ctfArchive }, { ctfStore }] = await Promise.all([import("./ctf/ctf-archive.ts"), import("./ctf/ctf-store.ts")]);
    return ctfStore(await ctfArchive(path, { name: path, isCompressed: archive.isCompressed, base: archive }), { path, readOnly: access === "read" });
  } catch (cause) {
    await archive.file.close();
    throw cause;
  }
}

function formatByName(path: string): ArchiveFormat {
  if (/\.tar$/i.test(path)) return "tar";
  return /\.(?:tgz|tar\.gz)$/i.test(path) ? "tgz" : "directory";
}

function readOnlyError(path: string): ComponentError {
  return new ComponentError("refused", `${path} is a component archive, which can only be read: name another place to write to`);
}
