import type { Digest } from "../../src/oci/digest.ts";
import type { RepositoryName } from "../../src/oci/name.ts";
import type { Tag } from "../../src/oci/tag.ts";
import { versionKey } from "../../src/oci/version.ts";
import { parseRange } from "../../src/oci/version-range.ts";
import type { PackageFilter, PackageSort } from "../../src/storage/metadata/catalog/packages.ts";
import type { Visibility } from "../../src/storage/metadata/records.ts";
import type { MetadataStore } from "../../src/storage/metadata/store.ts";
import type { Random } from "./random.ts";
import type { Sample } from "./sample.ts";
import { LICENSES, SIGNATURE, sentence, word } from "./vocabulary.ts";

/** A kind of question. Each call asks for something else, so that no cache answers it. */
export interface Question {
  readonly name: string;
  ask(store: MetadataStore, random: Random, sample: Sample): Promise<unknown>;
}

const ALL: Visibility = { prefixes: undefined, all: true, matches: () => true };

const PAGE = 50;

function list(
  name: string,
  by: PackageSort,
  descending: boolean,
  filter: (random: Random, sample: Sample) => PackageFilter,
  visible?: (sample: Sample, random: Random) => Visibility,
): Question {
  return {
    name,
    ask: (store, random, sample) => {
      const row = random.of(sample.repositories);
      const key = { name: row.name, updated: row.updatedAt, pulls: row.pulls, semver: row.versionKey }[by];
      const query = { filter: filter(random, sample), sort: { by, descending }, after: { key, name: row.name }, limit: PAGE };
      return store.packages.list({ ...query, visible: visible?.(sample, random) ?? ALL });
    },
  };
}

function filtered(name: string, filter: (random: Random, sample: Sample) => PackageFilter): Question {
  return list(`list by updated, ${name}`, "updated", true, filter);
}

function prefixed(prefix: string): Visibility {
  return { prefixes: [prefix], all: false, matches: (name) => name.startsWith(prefix) };
}

const none = (): PackageFilter => ({});
const versionOf = (random: Random): string => `${random.below(3)}.${random.below(20)}.${random.below(5)}`;
const namespaceOf = (name: string): string => name.slice(0, name.indexOf("/"));

/** A page of tags of a repository. */
function tags(name: string, by: "name" | "updated" | "semver" | "pulls", large: boolean): Question {
  return {
    name: `${large ? "10,000 tags" : "tags"}, ${name}`,
    ask: (store, random, sample) => {
      const version = versionOf(random);
      const key = { name: version, updated: random.of(sample.repositories).updatedAt, semver: versionKey(version), pulls: random.below(20) }[by];
      const repository = (large ? "large/p0/everything" : random.of(sample.repositories).name) as RepositoryName;
      return store.tags.listRows({ repository, filter: {}, sort: { by, descending: true }, after: { key, name: version }, limit: PAGE });
    },
  };
}

function range(name: string, large: boolean): Question {
  return {
    name,
    ask: (store, random, sample) => {
      const bounds = parseRange(`^${versionOf(random)}`);
      const repository = (large ? "large/p0/everything" : random.of(sample.repositories).name) as RepositoryName;
      const filter = { lowest: bounds?.lowest, highest: bounds?.highest, prereleases: false };
      return store.tags.listRows({ repository, filter, sort: { by: "semver", descending: true }, limit: 10 });
    },
  };
}

/** Everything above and below one manifest, as the graph shows it. */
async function graph(store: MetadataStore, random: Random, { manifests }: Sample): Promise<unknown> {
  const { repository, digest } = random.of(manifests);
  const down = await store.graph.edgesFrom(repository, [digest], 200);
  const below = await store.graph.edgesFrom(
    repository,
    down.map(({ to }) => to),
    200,
  );
  const up = await store.graph.edgesTo(repository, [digest], 200);
  const digests = [digest, ...[...down, ...below].map(({ to }) => to), ...up.map(({ from }) => from)];
  return store.graph.manifests(repository, digests);
}

const search = (name: string, text: (random: Random) => string): Question => ({
  name: `search, ${name}`,
  ask: (store, random) => store.packages.search({ text: text(random) }, ALL, 25),
});

export const QUESTIONS: readonly Question[] = [
  list("list by name", "name", false, none),
  list("list by name, descending", "name", true, none),
  list("list by updated", "updated", true, none),
  list("list by pulls", "pulls", true, none),
  list("list by semver", "semver", true, none),
  list("list by name, one namespace", "name", false, (random, sample) => ({ namespace: namespaceOf(random.of(sample.repositories).name) })),
  list("list by name, visible: a namespace", "name", false, none, (sample, random) => prefixed(`${namespaceOf(random.of(sample.repositories).name)}/`)),
  list("list by updated, visible: a namespace", "updated", true, none, (sample, random) => prefixed(`${namespaceOf(random.of(sample.repositories).name)}/`)),
  filtered("a namespace", (random, sample) => ({ namespace: namespaceOf(random.of(sample.repositories).name) })),
  filtered("a project's name", (random) => ({ project: `p${random.below(8)}` })),
  filtered("frequent type", () => ({ types: ["application/vnd.oci.image.config.v1+json"] })),
  filtered("type of 15 %", () => ({ types: ["application/vnd.cncf.helm.config.v1+json"] })),
  filtered("type of 1 %", () => ({ types: ["application/vnd.example.rare+json"] })),
  filtered("artifactType", () => ({ artifactTypes: [SIGNATURE] })),
  filtered("config media type", () => ({ configMediaTypes: ["application/vnd.cue.module.v1+json"] })),
  filtered("media type", () => ({ mediaTypes: ["application/vnd.oci.image.index.v1+json"] })),
  filtered("platform", () => ({ platforms: ["linux/arm/v7"] })),
  filtered("platform of 1 %", () => ({ platforms: ["linux/s390x"] })),
  filtered("class", () => ({ classes: ["floating"] })),
  filtered("annotation key=value", (random) => ({ annotations: [`org.opencontainers.image.licenses=${random.of(LICENSES)}`] })),
  filtered("label of 2 %", (random) => ({ labels: [`maintainer=team-${random.below(50)}`] })),
  filtered("signed", () => ({ signed: true })),
  filtered("not signed", () => ({ signed: false })),
  filtered("referrer", () => ({ referrers: ["application/spdx+json"] })),
  filtered("since and until", (random) => ({ since: 1_760_000_000_000 - random.below(1e9), until: 1_779_000_000_000 })),
  filtered("name glob", (random) => ({ name: `ns${random.below(200)}*/**` })),
  filtered("name **/x*", (random) => ({ name: `**/${word(random)}*` })),
  filtered("part of a name", (random) => ({ name: word(random) })),
  filtered("text", (random) => ({ text: word(random) })),
  filtered("type, platform, signed", () => ({ types: ["application/vnd.oci.image.config.v1+json"], platforms: ["linux/arm/v7"], signed: true })),
  { name: "count, one type", ask: (store) => store.packages.count({ types: ["application/vnd.cncf.helm.config.v1+json"] }, ALL, 1000) },
  { name: "facets", ask: (store, random) => store.packages.facets({ name: `ns${random.below(100)}*/**` }, ALL, 500) },
  { name: "facets, a label", ask: (store, random) => store.packages.facets({ labels: [`maintainer=team-${random.below(50)}`] }, ALL, 500) },
  search("a word", (random) => word(random)),
  search("two words", (random) => sentence(random, 2)),
  search("a frequent word", (random) => `service ${word(random)}`),
  search("start of a word", (random) => word(random).slice(0, 3)),
  search("a letter", (random) => word(random).slice(0, 1)),
  { name: "one package", ask: (store, random, sample) => store.packages.find(random.of(sample.repositories).name) },
  {
    name: "namespaces",
    ask: (store, random, sample) => store.packages.listNamespaces({ after: namespaceOf(random.of(sample.repositories).name), limit: PAGE, visible: ALL }),
  },
  {
    name: "projects",
    ask: (store, random, sample) => store.packages.listProjects({ after: `${namespaceOf(random.of(sample.repositories).name)}/p1`, limit: PAGE, visible: ALL }),
  },
  tags("by name", "name", false),
  tags("by semver", "semver", false),
  tags("by name", "name", true),
  tags("by updated", "updated", true),
  tags("by semver", "semver", true),
  tags("by pulls", "pulls", true),
  range("range ^x.y.z", false),
  range("range ^x.y.z, 10,000 tags", true),
  { name: "one tag", ask: (store, random, { manifests }) => oneTag(store, random.of(manifests)) },
  { name: "one manifest", ask: (store, random, { manifests }) => oneManifest(store, random.of(manifests)) },
  { name: "graph", ask: graph },
  { name: "history of a repository", ask: (store, random, sample) => store.tags.listEvents(random.of(sample.repositories).name, undefined, { limit: PAGE }) },
  { name: "uses of a layer", ask: (store, random, { blobs }) => store.graph.uses({ digest: random.of(blobs), limit: PAGE, visible: ALL }) },
  { name: "dependencies", ask: (store, random, { manifests }) => oneDependencies(store, random.of(manifests)) },
  { name: "dependents", ask: (store, random) => store.graph.dependents({ keys: [`oci:library/base-${random.skewed(200)}`], limit: PAGE, visible: ALL }) },
  { name: "provided keys", ask: (store, random, sample) => store.graph.providedKeys(random.of(sample.repositories).name) },
  { name: "statistics, a page", ask: (store, random) => store.graph.links({ after: { repositoryId: random.below(900), contentId: 0 }, limit: 500 }) },
];

interface Manifest {
  readonly repository: RepositoryName;
  readonly digest: Digest;
  readonly tag: Tag;
}

const oneTag = (store: MetadataStore, { repository, tag }: Manifest): Promise<unknown> => store.tags.row(repository, tag);
const oneManifest = (store: MetadataStore, { repository, digest }: Manifest): Promise<unknown> => store.manifests.summary(repository, digest);
const oneDependencies = (store: MetadataStore, { repository, digest }: Manifest): Promise<unknown> =>
  store.graph.dependencies(repository, digest, { limit: PAGE });
