import { describe, expect, test } from "bun:test";
import type { Dependency } from "../artifacts/facts.ts";
import { type Digest, digestOf } from "../oci/digest.ts";
import { parseRepositoryName } from "../oci/name.ts";
import { parseTag } from "../oci/tag.ts";
import type { PolicyLevel } from "../oci/tag-class.ts";
import type { DependentRow, GraphStore } from "../storage/metadata/catalog/graph.ts";
import type { ManifestStore } from "../storage/metadata/manifests.ts";
import type { RepositoryStore } from "../storage/metadata/repositories.ts";
import type { TagRow, TagStore } from "../storage/metadata/tags.ts";
import { fakePort } from "../storage/metadata/testing/fake-port.ts";
import { findBrokenDependents } from "./dependents.ts";
import { EVERYBODY } from "./testing/fixture.ts";

const BASE = parseRepositoryName("team/base");
const CONTENT = digestOf("the version that goes");
const CHILD = digestOf("its child");

type Declared = Partial<Dependency> & { readonly in?: string; readonly by?: Digest };

/** A repository with these tags, and what others declare that they need of it. */
function storeOf(tags: readonly string[], declared: readonly Declared[], level: PolicyLevel = "warn") {
  const rows = declared.map(({ in: repository = "apps/app", by = digestOf("a dependent"), ...dependency }): DependentRow => {
    const name = parseRepositoryName(repository);
    return { repository: name, digest: by, declaredBy: by, tags: [parseTag("1.0.0")], dependency: { kind: "helm-chart", key: "k", name: "n", ...dependency } };
  });
  return {
    repositories: fakePort<RepositoryStore>({ policies: async () => ({ types: "warn", versions: "warn", dependents: level }) }),
    graph: fakePort<GraphStore>({
      providedKeys: async () => ["k"],
      dependents: async ({ visible }) => ({ rows: rows.filter(({ repository }) => visible.matches(repository)), next: undefined }),
    }),
    manifests: fakePort<ManifestStore>({
      edges: async () => [{ kind: "child", digest: CHILD, position: 0, size: 1, mediaType: "m", artifactType: undefined, platform: undefined }],
    }),
    tags: fakePort<TagStore>({
      list: async () => tags.map(parseTag),
      listRows: async () => ({ rows: tags.map((tag) => ({ tag: parseTag(tag) }) as TagRow), next: undefined }),
      listOf: async () => [],
    }),
  };
}

async function broken(tags: readonly string[], gone: readonly string[], declared: Declared, last = true): Promise<boolean> {
  const removal = { repository: BASE, tags: gone.map(parseTag), digest: CONTENT, last };
  return (await findBrokenDependents(storeOf(tags, [declared]), removal, EVERYBODY)) !== undefined;
}

describe("a dependency breaks", () => {
  test.each<[string, readonly string[], readonly string[], Declared, boolean]>([
    ["when nothing else meets its range", ["1.2.0", "2.0.0"], ["1.2.0"], { requirement: "^1.0.0" }, true],
    ["not while a version that stays meets it", ["1.2.0", "1.3.0"], ["1.2.0"], { requirement: "^1.0.0" }, false],
    ["when all that meet it go", ["1.2.0", "1.3.0", "2.0.0"], ["1.2.0", "1.3.0"], { requirement: "^1.0.0" }, true],
    ["not when it never was about this version", ["1.2.0", "2.0.0"], ["2.0.0"], { requirement: "^1.0.0" }, false],
    ["by the very version", ["1.2.0", "1.3.0"], ["1.2.0"], { requirement: "1.2.0" }, true],
    ["not by it under another name", ["1.2.0", "v1.2.0"], ["1.2.0"], { requirement: "1.2.0" }, false],
    ["by a tag", ["3.19", "3.20"], ["3.19"], { kind: "base-image", requirement: "3.19" }, true],
    ["not by another tag", ["3.19", "3.20"], ["3.20"], { kind: "base-image", requirement: "3.19" }, false],
    ["for CUE by the very version, whatever is later", ["v0.1.0", "v0.2.0"], ["v0.1.0"], { kind: "cue-module", requirement: "v0.1.0" }, true],
    ["for CUE not by a later one", ["v0.1.0", "v0.2.0"], ["v0.2.0"], { kind: "cue-module", requirement: "v0.1.0" }, false],
    ["without a requirement by the last tag", ["1.0.0"], ["1.0.0"], {}, true],
    ["without a requirement not while a tag stays", ["1.0.0", "2.0.0"], ["1.0.0"], {}, false],
    ["by digest", ["1.0.0"], ["1.0.0"], { digest: CONTENT, requirement: "9.9.9" }, true],
    ["by the digest of what an index lists", ["1.0.0"], ["1.0.0"], { digest: CHILD }, true],
    ["not by another digest, whatever the version", ["1.0.0"], ["1.0.0"], { digest: digestOf("other"), requirement: "1.0.0" }, false],
    ["not for the artifact that goes itself", ["1.0.0"], ["1.0.0"], { in: "team/base", by: CONTENT, requirement: "1.0.0" }, false],
  ])("%s", async (_name, tags, gone, declared, expected) => {
    expect(await broken(tags, gone, declared)).toBe(expected);
  });

  test("not by digest while another tag keeps the content", async () => {
    expect(await broken(["1.0.0", "latest"], ["latest"], { digest: CONTENT }, false)).toBe(false);
  });
});

describe("the finding", () => {
  const many = ["apps/a", "apps/b", "apps/c", "apps/d", "secret/e"].map((name) => ({ in: name, requirement: "1.0.0" }));
  const removal = { repository: BASE, tags: [parseTag("1.0.0")], digest: CONTENT, last: true };
  const store = (level: PolicyLevel) => storeOf(["1.0.0"], many, level);

  const all = { all: true, prefixes: undefined, matches: () => true };
  const notSecret = (name: string) => !name.startsWith("secret/");

  test("names a few that the caller's token shows, and counts no others", async () => {
    const found = await findBrokenDependents(store("warn"), removal, { counted: all, mayPull: notSecret });
    expect(found).toMatchObject({ policy: "dependents", level: "warn" });
    expect(found?.message).toStartWith("others depend on team/base:1.0.0: apps/a:1.0.0, apps/b:1.0.0, apps/c:1.0.0, 1 more, what this token does not show; ");
  });

  test("names none that the token does not show", async () => {
    const found = await findBrokenDependents(store("enforce"), removal, { counted: all, mayPull: () => false });
    expect(found?.message).toStartWith("others depend on team/base:1.0.0: what this token does not show; it stays");
  });

  test("there is none of what the account may not see, nor a word of it", async () => {
    const visible = (matches: (name: string) => boolean) => ({ counted: { all: false, prefixes: undefined, matches }, mayPull: () => true });
    expect(
      await findBrokenDependents(
        store("enforce"),
        removal,
        visible(() => false),
      ),
    ).toBeUndefined();
    expect((await findBrokenDependents(store("enforce"), removal, visible(notSecret)))?.message).toStartWith(
      "others depend on team/base:1.0.0: apps/a:1.0.0, apps/b:1.0.0, apps/c:1.0.0, 1 more; it stays",
    );
  });

  test("there is none where the policy is off", async () => {
    expect(await findBrokenDependents(store("off"), removal, EVERYBODY)).toBeUndefined();
  });
});
