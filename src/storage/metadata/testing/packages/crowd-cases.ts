import { expect, test } from "bun:test";
import type { ArtifactFacts } from "../../../../artifacts/facts.ts";
import { digestOf } from "../../../../oci/digest.ts";
import { parseManifest } from "../../../../oci/manifest.ts";
import { OCI_IMAGE_CONFIG, OCI_IMAGE_MANIFEST } from "../../../../oci/media-types.ts";
import { parseRepositoryName } from "../../../../oci/name.ts";
import { parseTag } from "../../../../oci/tag.ts";
import type { Executor } from "../../../sql/engine/executor.ts";
import type { Position } from "../../records.ts";
import { ACTOR, DAY, NOW, unknownDigest } from "../fixture.ts";
import { portsOn } from "../ports-on.ts";
import type { CatalogDatabase } from "./list-cases.ts";
import { visibleBy } from "./model.ts";

/** More than any statement reads at once. */
const HIDDEN = 520;

const OPEN = ["open/first", "open/middle", "open/last"];
const KEY = "helm:needed";
const PROVIDED = "helm:provided";
const BLOB = unknownDigest();

const visible = visibleBy("open/**");
const nobody = visibleBy("none/**");

/** A few rows that a caller may see among many that he may not, the newer part of them. */
export function crowdCases(open: () => Promise<CatalogDatabase>): void {
  test("a page is never filled, ended or followed by hidden rows", async () => {
    const database = await open();
    const names = Array.from({ length: HIDDEN }, (_, number) => `hidden/r${number}`);
    const order = [OPEN[0], ...names.slice(0, 10), OPEN[1], ...names.slice(10, 515), OPEN[2], ...names.slice(515)];
    await database.transaction(async (x) => {
      await portsOn(x).blobs.reserve(BLOB, NOW + DAY, NOW);
      for (const [number, name] of order.entries()) await push(x, String(name), NOW + number);
    });
    const { x } = database;
    const manifest = digestOf(body());
    for (const limit of [1, 2, 3]) {
      const expected = Array.from({ length: Math.ceil(OPEN.length / limit) }, (_, page) => OPEN.slice(page * limit, (page + 1) * limit));
      expect(await pages<Position>((after) => uses(x, manifest, after, limit))).toEqual(expected);
      // Each manifest has the blob as its layer.
      expect(await pages<Position>((after) => uses(x, BLOB, after, limit))).toEqual(expected);
      expect(await pages<number>((after) => dependents(x, after, limit))).toEqual(expected);
      const newestFirst = { filter: {}, visible, sort: { by: "updated", descending: true }, limit } as const;
      const newest = await pages<Position>(async (after) => named(await portsOn(x).packages.list({ ...newestFirst, after })));
      expect(newest.flat()).toEqual([...OPEN].reverse());
      expect(newest).toHaveLength(expected.length);
    }
    expect(await portsOn(x).graph.providers(PROVIDED, visible, 2)).toEqual([...OPEN].sort().slice(0, 2).map(parseRepositoryName));
    const text = { text: "crowded", types: [OCI_IMAGE_CONFIG] };
    expect((await portsOn(x).packages.search(text, visible, 10)).rows.map(({ name }): string => name).sort()).toEqual([...OPEN].sort());
    expect(await portsOn(x).packages.count({}, visible, 100)).toEqual({ count: 3, approximate: false });
    for (const digest of [manifest, BLOB]) expect(await portsOn(x).graph.uses({ digest, limit: 1, visible: nobody })).toEqual({ rows: [], next: undefined });
    expect(await portsOn(x).graph.dependents({ keys: [KEY], limit: 1, visible: nobody })).toEqual({ rows: [], next: undefined });
  }, 120_000);

  test("content is needed by what is visible alone", async () => {
    const { transaction, x } = await open();
    await transaction(async (inner) => {
      await portsOn(inner).blobs.reserve(BLOB, NOW + DAY, NOW);
      await push(inner, "hidden/only", NOW);
    });
    const [content] = await x.run<{ id: number }>("SELECT id FROM content WHERE digest = $1", [BLOB]);
    const id = content?.id ?? 0;
    expect(await portsOn(x).graph.needed([id], visibleBy("hidden/**"))).toEqual([id]);
    expect(await portsOn(x).graph.needed([id], { all: true, prefixes: undefined, matches: () => true })).toEqual([id]);
    expect(await portsOn(x).graph.needed([id], visible)).toEqual([]);
  });

  test("a project with a thousand hidden repositories before the first that is not is listed", async () => {
    const { transaction, x } = await open();
    await transaction((inner) => push(inner, "shop/web/zz-open", NOW, false));
    const names = Array.from({ length: 1010 }, (_, number) => `shop/web/a${number}`);
    await x.run(
      `INSERT INTO repository (project_id, name, revision, created_at, updated_at)
         SELECT (SELECT project_id FROM repository WHERE name = 'shop/web/zz-open'), value, 1, 1, 1 FROM ${x.dialect.strings.join("$1")}`,
      [JSON.stringify(names)],
    );
    const some = { ...visibleBy("shop/web/*-open"), prefixes: ["shop/"] };
    expect(await portsOn(x).packages.listProjects({ limit: 10, visible: some })).toMatchObject([{ namespace: "shop", name: "web", repositoryCount: 1 }]);
    expect(await portsOn(x).packages.listNamespaces({ limit: 10, visible: some })).toMatchObject([{ name: "shop", repositories: 1 }]);
  });
}

function body(): Uint8Array {
  const layer = { mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", digest: BLOB, size: 10 };
  const config = { mediaType: OCI_IMAGE_CONFIG, digest: BLOB, size: 10 };
  return new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, mediaType: OCI_IMAGE_MANIFEST, config, layers: [layer] }));
}

async function push(x: Executor, name: string, now: number, hasBlob = true): Promise<void> {
  const repository = parseRepositoryName(name);
  if (hasBlob) await portsOn(x).blobs.link({ repository, digest: BLOB, size: 10, actor: ACTOR, now });
  const bytes = body();
  const { edges } = parseManifest(bytes, OCI_IMAGE_MANIFEST);
  const facts: ArtifactFacts = {
    title: "Crowded",
    platforms: [],
    labels: {},
    provides: [PROVIDED],
    dependencies: [{ kind: "helm-chart", key: KEY, name: "needed" }],
    truncated: false,
  };
  await portsOn(x).manifests.put({
    repository,
    digest: digestOf(bytes),
    mediaType: OCI_IMAGE_MANIFEST,
    kind: "image",
    artifactType: undefined,
    configMediaType: OCI_IMAGE_CONFIG,
    subject: undefined,
    annotations: {},
    edges: hasBlob ? edges.filter(({ kind }) => kind === "layer") : [],
    body: bytes,
    tags: [parseTag("1.0.0")],
    facts,
    actor: ACTOR,
    now,
  });
}

interface NamesPage<At> {
  readonly names: readonly string[];
  readonly next: At | undefined;
}

async function pages<At>(read: (after: At | undefined) => Promise<NamesPage<At>>): Promise<(readonly string[])[]> {
  const all: (readonly string[])[] = [];
  for (let after: At | undefined; all.length < 50; ) {
    const { names, next } = await read(after);
    all.push(names);
    if (next === undefined) return all;
    after = next;
  }
  throw new Error("the list has no end");
}

function named({ rows, next }: { readonly rows: readonly { readonly name: string }[]; readonly next: Position | undefined }): NamesPage<Position> {
  return { names: rows.map(({ name }) => name), next };
}

async function uses(x: Executor, digest: ReturnType<typeof digestOf>, after: Position | undefined, limit: number): Promise<NamesPage<Position>> {
  const { rows, next } = await portsOn(x).graph.uses({ digest, after, limit, visible });
  return { names: rows.map(({ repository }) => repository), next };
}

async function dependents(x: Executor, after: number | undefined, limit: number): Promise<NamesPage<number>> {
  const { rows, next } = await portsOn(x).graph.dependents({ keys: [KEY], after, limit, visible });
  return { names: rows.map(({ repository }) => repository), next };
}
