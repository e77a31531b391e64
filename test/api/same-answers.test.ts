import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { PackageSource } from "../../src/client/packages/package-source.ts";
import { plainSource } from "../../src/client/packages/plain-source.ts";
import { serverSource } from "../../src/client/packages/server-source.ts";
import { createRegistryClient } from "../../src/client/registry-client.ts";
import { NO_CREDENTIALS } from "../../src/client/testing/no-credentials.ts";
import { type Digest, isDigest } from "../../src/oci/digest.ts";
import { parseRepositoryName, type RepositoryName } from "../../src/oci/name.ts";
import type { Tag } from "../../src/oci/tag.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { BUNDLE, type Odd, pushOdd, SPDX, WASM } from "./odd-packages.ts";

/** Milliseconds: each question is a dozen requests, while other tests run. */
setDefaultTimeout(60_000);

const signal = new AbortController().signal;
let server: TestServer | undefined;
let odd: Odd | undefined;
let sources: { readonly served: PackageSource; readonly computed: PackageSource } | undefined;

beforeAll(async () => {
  server = await startTestServer();
  odd = await pushOdd(server.url);
  const { host } = new URL(server.url);
  const client = createRegistryClient({ credentials: NO_CREDENTIALS });
  const warn = () => {};
  sources = { served: serverSource(client.connection(host), { signal, warn }), computed: plainSource(client, host, { signal, warn }) };
}, 60_000);
afterAll(async () => {
  await server?.stop();
});

const page = { limit: 100 };
const versions = parseRepositoryName("same/versions");
const platforms = parseRepositoryName("same/platforms");
const types = parseRepositoryName("same/types");
const dependencies = parseRepositoryName("same/dependencies");

/** Asks the registry for its answer, and computes one from its distribution API: what is computed says the same, or null for what it cannot know. */
async function expectSame(ask: (source: PackageSource) => Promise<unknown>): Promise<void> {
  if (sources === undefined) throw new Error("the server did not start");
  const { served, computed } = sources;
  const [one, other] = await Promise.all([ask(served), ask(computed)].map((answer) => answer.catch(said)));
  expect(known(other, { ...(one as object), source: "computed" })).toEqual(other);
}

/** What is said of a refusal, without the name that each has for the repository. */
function said(error: unknown): { readonly message: string } {
  if (!(error instanceof Error)) throw error;
  const message = error.message.replace(/^cannot [a-z ]+ \S+: (?:repository |parameter range: )?/, "").replace(/\b127\.0\.0\.1:\d+\//g, "");
  return { message: message.replace(", or it is not visible to this user", "") };
}

/** An answer without what another one leaves open: null, or not there. */
function known(other: unknown, answer: unknown): unknown {
  if (other === null) return null;
  if (typeof other !== "object" || typeof answer !== "object" || answer === null) return answer;
  if (Array.isArray(answer)) return answer.map((item, at) => known((other as unknown[])[at], item));
  return Object.fromEntries(
    Object.entries(answer)
      .filter(([key]) => key in other)
      .map(([key, value]) => [key, known((other as Record<string, unknown>)[key], value)]),
  );
}

/** In the order of their texts: a graph is a set of nodes and edges. */
function sorted<T>(rows: readonly T[]): T[] {
  return rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

function digestOf(name: keyof Odd): Digest {
  const digest = odd?.[name];
  if (digest === undefined || !isDigest(digest)) throw new Error(`${name} was not pushed`);
  return digest;
}

describe("versions and tags", () => {
  test.each([
    [{}],
    [{ order: "asc" }],
    [{ prerelease: true }],
    [{ range: "^1.9" }],
    [{ range: ">=2.0.0-0" }],
    [{ platform: ["linux/aarch64"] }],
    [{ platform: ["windows/amd64", "Linux/x86_64"] }],
    [{ annotation: ["a=b=c"] }],
    [{ annotation: ["a=b"] }],
    [{ name: "*1.*0" }],
  ] as const)("versions %j", async (query) => {
    for (const name of [versions, platforms, types]) await expectSame((source) => source.versions(name, copied(query), page));
  });

  test.each([
    [{}],
    [{ sort: "-name" }],
    [{ sort: "semver" }],
    [{ sort: "-semver" }],
    [{ class: ["floating", "opaque"] }],
    [{ name: "v*" }],
    [{ type: [WASM] }],
  ] as const)("tags %j", async (query) => {
    for (const name of [versions, types]) await expectSame((source) => source.tags(name, copied(query), page));
  });
});

describe("resolutions, and why there is none", () => {
  test.each([
    [{}],
    [{ range: "^1" }],
    [{ range: ">=2.0.0-0" }],
    [{ prerelease: true }],
    [{ tag: "main" }],
    [{ range: "^7" }],
    [{ range: "^7", type: [WASM] }],
    [{ tag: "gone" }],
    [{ type: ["application/vnd.example.none"] }],
    [{ range: "one to two" }],
    [{ range: "^1", tag: "main" }],
  ] as const)("of versions %j", async (query) => {
    await expectSame((source) => source.resolve(versions, copied(query)));
  });

  test("for platforms in indexes of every form", async () => {
    const tags = ["1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0", "image", "attestation"];
    for (const platform of ["linux/arm64", "linux/x86_64", "linux/arm/v7", "linux/s390x"]) {
      await expectSame((source) => source.resolve(platforms, { platform }));
      for (const tag of tags) await expectSame((source) => source.resolve(platforms, { tag, platform }));
    }
  });

  test("without versions, and without anything", async () => {
    for (const name of ["same/opaque", "same/prereleases", "same/latest"].map(parseRepositoryName)) {
      for (const query of [{}, { range: "1" }, { tag: "gone" }]) await expectSame((source) => source.resolve(name, query));
    }
  });
});

test("what artifacts are", async () => {
  const asked: readonly (readonly [RepositoryName, readonly string[]])[] = [
    [versions, ["1.0.0", "main", digestOf("image")]],
    [platforms, ["1.0.0", "1.1.0", "1.2.0", "1.3.0", "1.4.0", "image", "attestation"]],
    [types, ["lying", "nested", "mixed", "silent", "signature", digestOf("chart")]],
    [dependencies, ["1.0.0", digestOf("sbom")]],
  ];
  for (const [name, references] of asked) {
    for (const reference of [...references, "gone"]) await expectSame((source) => source.inspect(name, reference as Tag));
  }
});

test("graphs, whatever is left out", async () => {
  for (const direction of ["down", "up", "both"] as const) {
    for (const depth of [undefined, 1, 2]) {
      for (const reference of ["1.0.0", digestOf("child"), digestOf("sbom"), "gone"]) {
        await expectSame(async (source) => {
          const { nodes, edges, ...graph } = await source.graph(dependencies, reference as Tag, { direction, ...(depth !== undefined && { depth }) });
          return { ...graph, nodes: sorted(nodes), edges: sorted(edges) };
        });
      }
    }
  }
});

test("dependencies, of an index with those of its children and their SBOMs", async () => {
  for (const reference of ["1.0.0", digestOf("child"), digestOf("sbom"), "gone"]) {
    await expectSame(async (source) => {
      const { dependencies: rows, ...answer } = await source.dependencies(dependencies, reference as Tag, page);
      return { ...answer, dependencies: sorted(rows) };
    });
  }
  const { dependencies: rows = [] } = (await sources?.computed.dependencies(dependencies, "1.0.0" as Tag, page)) ?? {};
  expect(new Set(rows.map(({ kind }) => kind))).toEqual(new Set(["base-image", "sbom-package"]));
});

test("signatures and SBOMs are counted by their types", async () => {
  expect(await sources?.computed.inspect(dependencies, digestOf("child"))).toMatchObject({ signed: true, referrers: { [SPDX]: 1, [BUNDLE]: 1 } });
});

/** Constants of a table as parameters. */
function copied<T extends object>(query: T): { -readonly [K in keyof T]: T[K] extends readonly (infer V)[] ? V[] : T[K] } {
  return structuredClone(query) as { -readonly [K in keyof T]: T[K] extends readonly (infer V)[] ? V[] : T[K] };
}
