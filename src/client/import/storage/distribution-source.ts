import { type Digest, digestAlgorithm, digestEncoded, isDigest } from "../../../oci/digest.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import type { Tag } from "../../../oci/tag.ts";
import { ClientError } from "../../client-error.ts";
import type { ReadOptions } from "../../content/content.ts";
import type { ImportRepository, ImportSource } from "../import-source.ts";
import type { FileTree } from "./file-tree.ts";
import { readSmall, readTreeBlob, readTreeManifest } from "./tree-content.ts";

/** Bytes of a link: a digest. */
const LINK_LIMIT = 1024;

/**
 * The storage of the CNCF's registry, which Harbor uses as well: bytes once for all repositories, and in each of them links that say what it has.
 * What has no link is not there, as for the registry itself: it was deleted.
 * @param root of the storage in the tree, with the folders `blobs` and `repositories`
 */
export function distributionSource(tree: FileTree, root: string): ImportSource {
  const repositories = under(root, "repositories");
  return {
    name: tree.name,
    repositories: (options) => findRepositories(tree, repositories, options),
    repository: (name) => distributionRepository(tree, root, name),
  };
}

/** A part of a name never begins with an underscore, the folders of a repository do. A link is named, so that it is found. */
async function* findRepositories(tree: FileTree, top: string, options?: ReadOptions, name = ""): AsyncGenerator<string> {
  const folders: string[] = [];
  let isRepository = false;
  for await (const entry of tree.list(under(top, name), options)) {
    if (entry.kind !== "file" && entry.name === "_manifests") isRepository = true;
    if (entry.name.startsWith("_")) continue;
    if (entry.kind === "folder") folders.push(entry.name);
    else if (entry.kind === "link") yield under(name, entry.name);
  }
  if (isRepository) yield name;
  for (const folder of folders) yield* findRepositories(tree, top, options, under(name, folder));
}

function distributionRepository(tree: FileTree, root: string, repository: RepositoryName): ImportRepository {
  const base = `${under(root, "repositories")}/${repository}`;
  const tags = `${base}/_manifests/tags`;
  const layers = `${base}/_layers`;
  const revisions = `${base}/_manifests/revisions`;
  const label = (reference: string) => `${tree.name}: ${repository}${isDigest(reference) ? "@" : ":"}${reference}`;
  const data = (digest: Digest) => {
    const encoded = digestEncoded(digest);
    return `${under(root, "blobs")}/${digestAlgorithm(digest)}/${encoded.slice(0, 2)}/${encoded}/data`;
  };
  const hasLink = async (folder: string, digest: Digest, options?: ReadOptions) =>
    (await tree.size(`${folder}/${digestAlgorithm(digest)}/${digestEncoded(digest)}/link`, options)) !== undefined;

  async function named(tag: Tag, options?: ReadOptions): Promise<Digest> {
    const link = { path: `${tags}/${tag}/current/link`, label: `the link of ${label(tag)}` };
    const bytes = await readSmall(tree, link, { ...options, limit: LINK_LIMIT });
    if (bytes === undefined) throw new ClientError("not-found", `cannot read ${label(tag)}: its link ${link.path} is not there`);
    const text = new TextDecoder().decode(bytes).trim();
    if (isDigest(text)) return text;
    throw new ClientError("invalid", `${link.label}, ${link.path}, ${text === "" ? "is empty" : "is no digest"}: the storage is damaged`);
  }

  return {
    repository,
    async *tags(options) {
      for await (const { name, kind } of tree.list(tags, options)) if (kind !== "file") yield name;
    },
    async manifest(reference, options) {
      const digest = isDigest(reference) ? reference : await named(reference, options);
      if (!(await hasLink(revisions, digest, options))) throw new ClientError("not-found", `cannot read ${label(reference)}: ${digest} was deleted`);
      return await readTreeManifest(tree, { path: data(digest), label: label(reference) }, { ...options, digest });
    },
    async *blob(descriptor, options) {
      const { digest } = descriptor;
      if (!(await hasLink(layers, digest, options))) throw new ClientError("not-found", `cannot read ${label(digest)}: it was deleted, or never there`);
      yield* readTreeBlob(tree, { path: data(descriptor.digest), label: label(descriptor.digest) }, descriptor, options);
    },
    async sizeOf(digest, options) {
      return (await hasLink(layers, digest, options)) ? await tree.size(data(digest), options) : undefined;
    },
    async *manifests(options) {
      for await (const { path } of tree.files(revisions, options)) {
        const digest = path.replace("/", ":").replace(/\/link$/, "");
        if (path.endsWith("/link") && isDigest(digest)) yield digest;
      }
    },
  };
}

function under(folder: string, name: string): string {
  return folder === "" || name === "" ? folder + name : `${folder}/${name}`;
}
