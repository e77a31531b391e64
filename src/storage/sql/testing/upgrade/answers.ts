import { parseRepositoryName } from "../../../../oci/name.ts";
import type { Awaitable } from "../../../awaitable.ts";
import type { PackageFilter } from "../../../metadata/catalog/packages.ts";
import type { Visibility } from "../../../metadata/records.ts";
import type { MetadataStore } from "../../../metadata/store.ts";
import type { TagFilter } from "../../../metadata/tags.ts";
import { type Artifact, blobOf } from "./narrator.ts";
import { HELM, SPDX } from "./story.ts";
import { SECRET } from "./tell.ts";

const ALL: Visibility = { prefixes: undefined, all: true, matches: () => true };
const TEAM: Visibility = { prefixes: ["team/"], all: false, matches: (name) => name.startsWith("team/") };

const REPOSITORIES = ["team/app/web", "team/app/charts/shop", "solo", "other/user", "other/bare", "not/there"].map(parseRepositoryName);

const FILTERS: readonly PackageFilter[] = [
  ...[{}, { namespace: "team" }, { namespace: "team", project: "app" }, { namespace: "library" }, { name: "team/**" }, { name: "shop" }],
  ...[{ types: [HELM] }, { artifactTypes: [SPDX] }, { configMediaTypes: [HELM] }, { platforms: ["linux/amd64"] }, { platforms: ["linux/arm64/v8"] }],
  ...[{ mediaTypes: ["application/vnd.oci.image.index.v1+json"] }, { labels: ["maintainer=team-web"] }, { labels: ["one"] }, { labels: ["kind=chart"] }],
  ...[{ annotations: ["color"] }, { annotations: ["color=green"] }, { signed: true }, { signed: false }, { referrers: [SPDX] }, { text: "shop" }],
  ...[{ text: "größe" }, { text: "declared" }, { text: "web sh" }, { text: "chart of" }, { text: "0123456789abcdef" }, { text: "sol" }],
  ...(["semver", "floating", "referrers", "attachment", "opaque"] as const).map((name) => ({ classes: [name] })),
];

const TAG_FILTERS: readonly TagFilter[] = [
  ...[{}, { classes: ["semver", "floating"] as const }, { name: "1*" }, { types: [HELM] }, { platforms: ["linux/arm64/v8"] }, { annotations: ["color=red"] }],
  ...[{ labels: ["one"] }, { signed: true }, { referrers: [SPDX] }, { prereleases: false }, { lowest: "0110110" }],
];

const SORTS = ["name", "updated", "pulls", "semver"] as const;

/** Numbers of rows, which are the database's own. */
const OWN = new Set(["id", "repositoryId", "contentId"]);

/** What is asked, too. */
export interface AnswerOptions {
  /** Revisions of repositories, which grow when their content is read later than it was pushed. */
  readonly revisions: boolean;
  /** The audit record. */
  readonly audit: boolean;
}

/** All that a store says of what the story tells, by question. */
export async function answersOf(
  store: MetadataStore,
  artifacts: readonly Artifact[],
  { revisions, audit }: AnswerOptions,
): Promise<Readonly<Record<string, unknown>>> {
  const answers: Record<string, unknown> = {};
  const isOwn = (key: string, value: unknown): boolean => typeof value === "number" && (OWN.has(key) || (key === "revision" && !revisions));
  const ask = async (question: string, answer: Awaitable<unknown>): Promise<void> => {
    answers[question] = JSON.parse(JSON.stringify({ answer: await answer }, (key, value: unknown) => (isOwn(key, value) ? undefined : plain(value))));
  };
  await askLists(store, ask);
  for (const repository of REPOSITORIES) await askRepository(store, ask, repository, artifacts);
  await askContent(store, ask, artifacts);
  await askAccounts(store, ask);
  if (audit) await askAudit(store, ask);
  return answers;
}

type Ask = (question: string, answer: Awaitable<unknown>) => Promise<void>;

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return value instanceof Map || value instanceof Set ? [...value] : value;
}

async function askLists(store: MetadataStore, ask: Ask): Promise<void> {
  for (const [viewer, visible] of Object.entries({ all: ALL, team: TEAM })) {
    for (const filter of FILTERS) {
      const asked = `${JSON.stringify(filter)} ${viewer}`;
      for (const by of visible.all ? SORTS : (["name"] as const)) {
        await ask(`packages by ${by} ${asked}`, store.packages.list({ filter, sort: { by, descending: by !== "name" }, limit: 100, visible }));
      }
      await ask(`count ${asked}`, store.packages.count(filter, visible, 100));
      await ask(`facets ${asked}`, store.packages.facets(filter, visible, 100));
      if (filter.text !== undefined) await ask(`search ${asked}`, store.packages.search({ ...filter, text: filter.text }, visible, 100));
    }
    await ask(`namespaces ${viewer}`, store.packages.listNamespaces({ limit: 100, visible }));
    await ask(`projects ${viewer}`, store.packages.listProjects({ limit: 100, visible }));
    for (const key of ["oci:team/app/web", "helm:oci://example.test/shop"]) await ask(`providers ${key} ${viewer}`, store.graph.providers(key, visible, 10));
    for (const key of ["oci:team/app/web", "helm:https://charts.example.test/redis", "pkg:npm/left-pad"]) {
      await ask(`dependents ${key} ${viewer}`, store.graph.dependents({ keys: [key], limit: 100, visible }));
    }
  }
  await ask("repositories", store.repositories.list({ limit: 100 }));
  for (const name of ["team", "library", "other", "empty"]) await ask(`namespace ${name}`, store.definitions.namespace(name));
  for (const [namespace, name] of [
    ["team", "app"],
    ["library", "_"],
    ["other", "_"],
  ] as const) {
    await ask(`project ${namespace} ${name}`, store.definitions.project(namespace, name));
  }
  await ask("declared", store.definitions.declared());
  await ask("revision", store.definitions.revision());
  await ask("without facts", store.manifests.listWithoutFacts(100));
  await ask("usage", store.collection.usage());
}

async function askRepository(store: MetadataStore, ask: Ask, repository: (typeof REPOSITORIES)[number], artifacts: readonly Artifact[]): Promise<void> {
  const digests = artifacts.map(({ digest }) => digest);
  await ask(`${repository}`, store.repositories.find(repository));
  await ask(`${repository} package`, store.packages.find(repository));
  await ask(`${repository} policies`, store.repositories.policies(repository));
  await ask(`${repository} definition`, store.definitions.repository(repository));
  await ask(`${repository} tags`, store.tags.list(repository, { limit: 100 }));
  await ask(`${repository} history`, store.tags.listEvents(repository, undefined, { limit: 100 }));
  await ask(`${repository} provides`, store.graph.providedKeys(repository));
  await ask(`${repository} links`, store.graph.links({ repository, limit: 100 }));
  const held = store.graph.held(repository, [...digests, blobOf("one layer"), blobOf("two layer"), blobOf("unneeded")]);
  const byDigest = (one: { readonly digest: string }, other: { readonly digest: string }): number => (one.digest < other.digest ? -1 : 1);
  await ask(
    `${repository} held`,
    held.then((contents) => [...contents].sort(byDigest)),
  );
  await ask(`${repository} edges from`, store.graph.edgesFrom(repository, digests, 1000));
  await ask(`${repository} edges to`, store.graph.edgesTo(repository, [...digests, blobOf("one layer")], 1000));
  await ask(`${repository} graph`, store.graph.manifests(repository, digests));
  for (const filter of TAG_FILTERS) {
    for (const by of SORTS) {
      const sort = { by, descending: by === "updated" };
      await ask(`${repository} tags by ${by} ${JSON.stringify(filter)}`, store.tags.listRows({ repository, filter, sort, limit: 100 }));
    }
  }
  for (const tag of (await store.tags.list(repository, { limit: 100 })) ?? []) {
    await ask(`${repository}:${tag}`, store.tags.row(repository, tag));
    await ask(`${repository}:${tag} manifest`, store.manifests.findByTag(repository, tag));
    await ask(`${repository}:${tag} history`, store.tags.listEvents(repository, tag, { limit: 100 }));
  }
  for (const digest of digests) {
    const name = `${repository}@${digest}`;
    await ask(name, store.manifests.findByDigest(repository, digest));
    await ask(`${name} summary`, store.manifests.summary(repository, digest));
    await ask(`${name} tags`, store.tags.listOf(repository, digest, 100));
    await ask(`${name} edges`, store.manifests.edges(repository, digest));
    await ask(`${name} types`, store.manifests.types(repository, digest));
    await ask(`${name} referrers`, store.manifests.listReferrers(repository, digest, { limit: 100 }));
    await ask(`${name} dependencies`, store.graph.dependencies(repository, digest, { limit: 100 }));
  }
}

async function askContent(store: MetadataStore, ask: Ask, artifacts: readonly Artifact[]): Promise<void> {
  await ask("content", store.collection.listContent({ limit: 1000 }));
  for (const blob of ["one layer", "two layer", "lost layer", "solo config", "unneeded"]) {
    const digest = blobOf(blob);
    await ask(`blob ${blob}`, store.blobs.find(parseRepositoryName("team/app/web"), digest));
    await ask(`blob ${blob} known`, store.collection.knows({ digest }));
    await ask(`blob ${blob} repositories`, store.blobs.listRepositories(digest, { limit: 10 }));
    await ask(`blob ${blob} uses`, store.graph.uses({ digest, limit: 100, visible: ALL }));
  }
  for (const { digest } of artifacts) await ask(`body ${digest}`, store.collection.manifestBody(digest));
  await ask("claim", store.coordination.contentClaim());
  await ask("runs", store.collection.lastRuns());
  await ask(
    "secret",
    store.coordination.sharedSecret(SECRET, new Uint8Array(32)).then((bytes) => bytes.length === 32 && bytes[0]),
  );
  await ask("uploads", store.uploads.listExpired(2_000_000_000_000, 100));
  const cutoffs = { now: 1_900_000_000_000, deletedBefore: 1_900_000_000_000, unreferencedBefore: 1_900_000_000_000, limit: 1000 };
  await ask("collection", store.collection.preview(cutoffs));
}

async function askAccounts(store: MetadataStore, ask: Ask): Promise<void> {
  await ask("users", store.accounts.listUsers());
  await ask("tokens", store.accounts.listTokens());
  for (const name of ["alice", "bob", "carol"]) await ask(`user ${name}`, store.accounts.user(name));
  for (const id of ["t-one", "t-two", "t-three"]) await ask(`token ${id}`, store.accounts.token(id));
}

async function askAudit(store: MetadataStore, ask: Ask): Promise<void> {
  await ask("audit", store.audit.list({ limit: 1000 }));
  await ask("audit of a subject", store.audit.list({ subject: "mallory", limit: 1000 }));
  await ask("audit of an action", store.audit.list({ action: "token.revoke", limit: 1000 }));
  await ask("audit since", store.audit.list({ since: 1_800_200_000_000, limit: 1000 }));
}
