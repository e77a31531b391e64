import { digestOf } from "../../../../oci/digest.ts";
import { parseRepositoryName } from "../../../../oci/name.ts";
import { parseTag } from "../../../../oci/tag.ts";
import type { CatalogChange } from "../../../metadata/catalog/definitions.ts";
import type { MetadataStore } from "../../../metadata/store.ts";
import { ALICE, type Artifact, MINUTE, Narrator } from "./narrator.ts";
import { HELM } from "./story.ts";

const CHANGES: readonly CatalogChange[] = [
  { kind: "put-namespace", namespace: { name: "team", description: "All of the team", labels: { cost: "42" }, owner: "group:team" } },
  { kind: "put-namespace", namespace: { name: "empty", description: undefined, labels: {}, owner: undefined } },
  {
    kind: "put-project",
    project: {
      ...{ namespace: "team", name: "app", description: "The shop", labels: { tier: "front" }, owner: "user:alice", visibility: "public" },
      policies: { types: "off", versions: "enforce", dependents: "warn" },
      repositories: ["other/user"],
    },
  },
  {
    kind: "put-repository",
    repository: { name: parseRepositoryName("team/app/charts/shop"), description: "Declared", labels: { kind: "chart" }, owner: "user:bob", contentType: HELM },
  },
  { kind: "set-grants", grants: [{ subjects: ["group:team"], repositories: "team/**", actions: ["pull", "push"] }] },
  { kind: "put-type", type: { type: "application/vnd.example.*", rule: "allow", title: "Examples", definition: { color: "blue" } } },
  { kind: "delete-repository", name: parseRepositoryName("other/bare") },
];

/** What is declared, restored, counted and pruned. */
export async function tellCatalog(store: MetadataStore, artifacts: readonly Artifact[]): Promise<void> {
  const narrator = new Narrator(store, 1_800_100_000_000);
  const web = parseRepositoryName("team/app/web");
  await store.definitions.change({ changes: CHANGES, actor: ALICE, now: narrator.now });
  const [one, , two] = artifacts;
  if (one === undefined || two === undefined) throw new Error("nothing was pushed");
  await store.tags.restore({ repository: web, tag: parseTag("old"), digest: one.digest, actor: ALICE, now: narrator.now });
  await store.tags.put({ repository: web, tag: parseTag("stable"), digest: two.digest, actor: ALICE, now: narrator.now });
  await store.tags.put({ repository: web, tag: parseTag("pruned"), digest: two.digest, actor: ALICE, now: narrator.now });
  await store.tags.prune({ repository: web, tags: [{ tag: parseTag("pruned"), digest: two.digest }], actor: ALICE, now: narrator.now });
  await store.tags.countPulls([
    { repository: web, tag: parseTag("latest"), count: 5, at: narrator.now },
    { repository: web, tag: undefined, count: 2, at: narrator.now },
    { repository: parseRepositoryName("solo"), tag: parseTag("nightly"), count: 1, at: narrator.now },
  ]);
}

/** Users, tokens, and entries of the audit record that have no repository. */
export async function tellAccounts(store: MetadataStore): Promise<void> {
  const narrator = new Narrator(store, 1_800_200_000_000);
  for (const [name, groups] of [
    ["alice", ["team", "ops"]],
    ["bob", []],
    ["carol", ["team"]],
  ] as const) {
    await store.accounts.createUser({ name, groups, createdAt: narrator.now, passwordHash: `$argon2id$v=19$m=8,t=1,p=1$c2FsdA$${name}` }, ALICE);
  }
  for (const id of ["t-one", "t-two", "t-three"]) {
    const createdAt = narrator.now;
    const scopes = id === "t-two" ? [{ repositories: "team/**", actions: ["pull"] }] : [];
    const token = { id, user: id === "t-three" ? "carol" : "alice", description: `Token ${id}`, scopes, createdAt, expiresAt: createdAt + 60 * MINUTE };
    await store.accounts.createToken({ ...token, lastUsedAt: undefined, revokedAt: undefined, secretHash: digestOf(id).slice(7) }, ALICE);
  }
  await store.accounts.touchToken("t-one", narrator.now);
  await store.accounts.revokeToken("t-two", ALICE, narrator.now);
  await store.accounts.deleteUser("carol", ALICE, narrator.now);
  await store.audit.append([{ at: narrator.now, actor: { subject: "mallory" }, action: "login.failed", detail: { reason: "password" } }]);
}
