import type { PackageDocument } from "../api/packages.ts";
import type { TagDocument } from "../api/tags.ts";
import { callOperation, callPages } from "../client/extension/call-operation.ts";
import { hasPackageApi } from "../client/extension/discovery.ts";
import { mapParallel } from "../client/plain/parallel.ts";
import type { RegistryClient } from "../client/registry-client.ts";
import type { Descriptor } from "../oci/descriptor.ts";
import type { RepositoryName } from "../oci/name.ts";
import type { Tag } from "../oci/tag.ts";
import { PACKAGES_PATH, packagePath, packageTagsPath, versionsPath } from "./site-paths.ts";

/** Rows of a page of the package API. */
const PAGE = 1000;

/** Repositories that are asked for at a time. */
const PARALLEL = 4;

export interface DocumentedContent {
  readonly client: RegistryClient;
  readonly registry: string;
  readonly signal: AbortSignal;
  readonly warn: (text: string) => void;
  /** What each tag of each repository names in the site. */
  readonly tags: ReadonlyMap<RepositoryName, ReadonlyMap<Tag, Descriptor>>;
}

export interface PackageDocuments {
  /** By the paths of their files. */
  readonly documents: ReadonlyMap<string, unknown>;
  readonly packages: ReadonlyMap<RepositoryName, PackageDocument>;
}

/**
 * The documents of the package API that a registry gives to whoever asks without parameters: its packages, and the tags and versions of each.
 * What a file cannot answer is not among them, so no list of extensions names the API, and clients compute what they want to know. What
 * differs from one day to the next without a push is left at nothing. Empty for a registry without the package API.
 */
export async function packageDocuments({ client, registry, signal, warn, tags }: DocumentedContent): Promise<PackageDocuments> {
  const documents = new Map<string, unknown>();
  const packages = new Map<RepositoryName, PackageDocument>();
  const connection = client.connection(registry);
  if (!(await hasPackageApi(connection))) return { documents, packages };
  const what = `cannot describe the packages of ${registry}`;
  await mapParallel(
    [...tags],
    async ([name, named]) => {
      const { value, warnings } = await callOperation(connection, "getPackage", { name, what, signal });
      for (const warning of warnings) warn(warning);
      const about = settledPackage(value);
      packages.set(name, about);
      documents.set(packagePath(name), about);
      const rows: TagDocument[] = [];
      for await (const page of callPages(connection, "listTags", { name, query: { n: PAGE }, what, signal })) rows.push(...page.value.tags);
      documents.set(packageTagsPath(name), { name, tags: settledTags(rows, named) });
      const versions: TagDocument[] = [];
      let floating = {};
      for await (const { value } of callPages(connection, "listVersions", { name, query: { n: PAGE, prerelease: true }, what, signal })) {
        versions.push(...value.versions);
        floating = value.floating;
      }
      documents.set(versionsPath(name), { name, versions: settledTags(versions, named), floating });
    },
    PARALLEL,
  );
  const repositories = [...tags.keys()].flatMap((name) => packages.get(name) ?? []);
  documents.set(PACKAGES_PATH, { repositories });
  return { documents, packages };
}

/** Without what a pull changes, and with what anybody may do at a web server. */
function settledPackage(document: PackageDocument): PackageDocument {
  return { ...document, pulls: 0, visibility: "public", actions: ["pull"] };
}

/** Rows of tags that are in the site as they are. */
function settledTags(rows: readonly TagDocument[], named: ReadonlyMap<Tag, Descriptor>): TagDocument[] {
  return rows.filter(({ tag, descriptor }) => named.get(tag as Tag)?.digest === descriptor.digest).map((row) => ({ ...row, pulls: 0, pulled: null }));
}
