import { parseRepositoryName } from "../../../oci/name.ts";
import type { PackageFilter, TagFilter, Visibility } from "../../catalog-query.ts";
import type { MetadataStore } from "../../metadata-store.ts";
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
  const ask = async (question: string, answer: Promise<unknown>): Promise<void> => {
    answers[question] = JSON.parse(JSON.stringify({ answer: await answer }, (key, value: unknown) => (isOwn(key, value) ? undefined : plain(value))));
  };
  await askLists(store, ask);
  for (const repository of REPOSITORIES) await askRepository(store, ask, repository, artifacts);
  await askContent(store, ask, artifacts);
  await askAccounts(store, ask);
  if (audit) await askAudit(store, ask);
  return answers;
}

type Ask = (question: string, answer: Promise<unknown>) => Promise<void>;

function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return new TextDecoder().decode(value);
  return value instanceof Map || value instanceof Set ? [...value] : value;
}

async function askLists(store: MetadataStore, ask: Ask): Promise<void> {
  for (const [viewer, visible] of Object.entries({ all: ALL, team: TEAM })) {
    for (const filter of FILTERS) {
      const asked = `${JSON.stringify(filter)} ${viewer}`;
      for (const by of visible.all ? SORTS : (["name"] as const)) {
        await ask(`packages by ${by} ${asked}`, store.listPackages({ filter, sort: { by, descending: by !== "name" }, limit: 100, visible }));
      }
      await ask(`count ${asked}`, store.countPackages(filter, visible, 100));
      await ask(`facets ${asked}`, store.packageFacets(filter, visible, 100));
      if (filter.text !== undefined) await ask(`search ${asked}`, store.searchPackages({ ...filter, text: filter.text }, visible, 100));
    }
    await ask(`namespaces ${viewer}`, store.listNamespaces({ limit: 100, visible }));
    await ask(`projects ${viewer}`, store.listProjects({ limit: 100, visible }));
    for (const key of ["oci:team/app/web", "helm:oci://example.test/shop"]) await ask(`providers ${key} ${viewer}`, store.providers(key, visible, 10));
    for (const key of ["oci:team/app/web", "helm:https://charts.example.test/redis", "pkg:npm/left-pad"]) {
      await ask(`dependents ${key} ${viewer}`, store.dependents({ keys: [key], limit: 100, visible }));
    }
  }
  await ask("repositories", store.listRepositories({ limit: 100 }));
  for (const name of ["team", "library", "other", "empty"]) await ask(`namespace ${name}`, store.namespace(name));
  for (const [namespace, name] of [
    ["team", "app"],
    ["library", "_"],
    ["other", "_"],
  ] as const) {
    await ask(`project ${namespace} ${name}`, store.project(namespace, name));
  }
  await ask("declared", store.declaredCatalog());
  await ask("revision", store.catalogRevision());
  await ask("without facts", store.manifestsWithoutFacts(100));
  await ask("usage", store.usage());
}

async function askRepository(store: MetadataStore, ask: Ask, repository: (typeof REPOSITORIES)[number], artifacts: readonly Artifact[]): Promise<void> {
  const digests = artifacts.map(({ digest }) => digest);
  await ask(`${repository}`, store.repository(repository));
  await ask(`${repository} package`, store.packageRow(repository));
  await ask(`${repository} policies`, store.policies(repository));
  await ask(`${repository} definition`, store.repositoryDefinition(repository));
  await ask(`${repository} tags`, store.listTags(repository, { limit: 100 }));
  await ask(`${repository} history`, store.tagEvents(repository, undefined, { limit: 100 }));
  await ask(`${repository} provides`, store.providedKeys(repository));
  await ask(`${repository} links`, store.contentLinks({ repository, limit: 100 }));
  const held = store.heldContent(repository, [...digests, blobOf("one layer"), blobOf("two layer"), blobOf("unneeded")]);
  const byDigest = (one: { readonly digest: string }, other: { readonly digest: string }): number => (one.digest < other.digest ? -1 : 1);
  await ask(
    `${repository} held`,
    held.then((contents) => [...contents].sort(byDigest)),
  );
  await ask(`${repository} edges from`, store.edgesFrom(repository, digests, 1000));
  await ask(`${repository} edges to`, store.edgesTo(repository, [...digests, blobOf("one layer")], 1000));
  await ask(`${repository} graph`, store.graphManifests(repository, digests));
  for (const filter of TAG_FILTERS) {
    for (const by of SORTS) {
      const sort = { by, descending: by === "updated" };
      await ask(`${repository} tags by ${by} ${JSON.stringify(filter)}`, store.listTagRows({ repository, filter, sort, limit: 100 }));
    }
  }
  for (const tag of (await store.listTags(repository, { limit: 100 })) ?? []) {
    await ask(`${repository}:${tag}`, store.tagRow(repository, tag));
    await ask(`${repository}:${tag} manifest`, store.manifestByTag(repository, tag));
    await ask(`${repository}:${tag} history`, store.tagEvents(repository, tag, { limit: 100 }));
  }
  for (const digest of digests) {
    const name = `${repository}@${digest}`;
    await ask(name, store.manifestByDigest(repository, digest));
    await ask(`${name} summary`, store.manifestSummary(repository, digest));
    await ask(`${name} tags`, store.tagsOf(repository, digest, 100));
    await ask(`${name} edges`, store.edges(repository, digest));
    await ask(`${name} types`, store.typesOf(repository, digest));
    await ask(`${name} referrers`, store.listReferrers(repository, digest, { limit: 100 }));
    await ask(`${name} dependencies`, store.dependencies(repository, digest, { limit: 100 }));
  }
}

async function askContent(store: MetadataStore, ask: Ask, artifacts: readonly Artifact[]): Promise<void> {
  await ask("content", store.listContent({ limit: 1000 }));
  for (const blob of ["one layer", "two layer", "lost layer", "solo config", "unneeded"]) {
    const digest = blobOf(blob);
    await ask(`blob ${blob}`, store.blob(parseRepositoryName("team/app/web"), digest));
    await ask(`blob ${blob} known`, store.knowsContent(digest));
    await ask(`blob ${blob} repositories`, store.repositoriesWithBlob(digest, { limit: 10 }));
    await ask(`blob ${blob} uses`, store.contentUses({ digest, limit: 100, visible: ALL }));
  }
  for (const { digest } of artifacts) await ask(`body ${digest}`, store.manifestBody(digest));
  await ask("claim", store.contentClaim());
  await ask("runs", store.lastRuns());
  await ask(
    "secret",
    store.sharedSecret(SECRET, new Uint8Array(32)).then((bytes) => bytes.length === 32 && bytes[0]),
  );
  await ask("uploads", store.expiredUploads(2_000_000_000_000, 100));
  const cutoffs = { now: 1_900_000_000_000, deletedBefore: 1_900_000_000_000, unreferencedBefore: 1_900_000_000_000, limit: 1000 };
  await ask("collection", store.previewCollect(cutoffs));
}

async function askAccounts(store: MetadataStore, ask: Ask): Promise<void> {
  await ask("users", store.listUsers());
  await ask("tokens", store.listTokens());
  for (const name of ["alice", "bob", "carol"]) await ask(`user ${name}`, store.user(name));
  for (const id of ["t-one", "t-two", "t-three"]) await ask(`token ${id}`, store.token(id));
}

async function askAudit(store: MetadataStore, ask: Ask): Promise<void> {
  await ask("audit", store.audit({ limit: 1000 }));
  await ask("audit of a subject", store.audit({ subject: "mallory", limit: 1000 }));
  await ask("audit of an action", store.audit({ action: "token.revoke", limit: 1000 }));
  await ask("audit since", store.audit({ since: 1_800_200_000_000, limit: 1000 }));
}
