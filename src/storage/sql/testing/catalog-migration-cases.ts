import { expect, test } from "bun:test";
import { OCI_IMAGE_CONFIG, OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST } from "../../../oci/media-types.ts";
import { parseRepositoryName } from "../../../oci/name.ts";
import { versionKey } from "../../../oci/version.ts";
import type { PackageFilter } from "../../metadata/catalog/packages.ts";
import type { Visibility } from "../../metadata/records.ts";
import { facts, HELM } from "../../metadata/testing/catalog-fixture.ts";
import { NOW, tagOf, unknownDigest } from "../../metadata/testing/fixture.ts";
import { portsOn } from "../../metadata/testing/ports-on.ts";
import { migrate } from "../migrate.ts";
import type { EmptyDatabase } from "./migration-cases.ts";

const ALL: Visibility = { prefixes: undefined, all: true, matches: () => true };

/** Statements of a database of version 2: a chart, and an index of two images, in one repository; another one that is empty. */
function oldContent(): readonly string[] {
  const [chart, index, child, gone] = [unknownDigest(), unknownDigest(), unknownDigest(), unknownDigest()];
  const signature = `${chart.replace(":", "-")}.sig`;
  const platform = '{"os":"linux","architecture":"arm64"}';
  return [
    "INSERT INTO namespace (id, name) VALUES (1, 'team'), (2, 'library')",
    "INSERT INTO project (id, namespace_id, name) VALUES (1, 1, 'app'), (2, 2, '_')",
    `INSERT INTO repository (id, project_id, name, revision, created_at, updated_at) VALUES (1, 1, 'team/app/one', 7, ${NOW}, ${NOW + 9}), (2, 2, 'two', 1, ${NOW}, ${NOW})`,
    `INSERT INTO media_type (id, name) VALUES (1, '${OCI_IMAGE_MANIFEST}'), (2, '${OCI_IMAGE_INDEX}'), (3, '${OCI_IMAGE_CONFIG}'), (4, '${HELM}')`,
    `INSERT INTO content (id, digest, size, state, reserved_until)
     VALUES (1, '${chart}', 0, 4, 0), (2, '${index}', 0, 4, 0), (3, '${child}', 0, 4, 0), (4, '${gone}', 0, 4, 0)`,
    `INSERT INTO manifest (id, repository_id, content_id, kind, size, media_type_id, artifact_type_id, config_media_type_id, annotations, pushed_at, pushed_by, deleted_at)
     VALUES (1, 1, 1, 0, 10, 1, 4, 3, '{"color":"red"}', ${NOW}, 'alice', NULL), (2, 1, 2, 1, 10, 2, NULL, NULL, NULL, ${NOW}, 'alice', NULL),
            (3, 1, 3, 0, 10, 1, NULL, 3, NULL, ${NOW}, 'alice', NULL), (4, 1, 4, 0, 10, 1, NULL, 3, NULL, ${NOW}, 'alice', ${NOW})`,
    `INSERT INTO manifest_edge (manifest_id, position, repository_id, content_id, kind, size, media_type_id, platform) VALUES (2, 0, 1, 3, 2, 10, 1, '${platform}')`,
    `INSERT INTO tag (repository_id, name, manifest_id, updated_at)
     VALUES (1, 'v1.2.3', 1, ${NOW + 1}), (1, '2.0.0-rc.1', 2, ${NOW + 2}), (1, 'latest', 2, ${NOW + 9}), (1, '${signature}', 3, ${NOW}), (1, 'old', 1, ${NOW + 3})`,
    `INSERT INTO tag_event (repository_id, tag, operation, actor, at) VALUES (1, 'latest', 0, 'a', ${NOW}), (1, 'latest', 1, 'a', ${NOW}),
       (1, 'latest', 2, 'a', ${NOW}), (1, 'v1.2.3', 0, 'a', ${NOW + 1}), (1, 'latest', 0, 'a', ${NOW + 4}), (1, 'latest', 1, 'a', ${NOW + 5}), (1, 'latest', 1, 'a', ${NOW + 9})`,
  ];
}

export function catalogMigrationCases(open: () => Promise<EmptyDatabase>): void {
  test("the content of an older database gets its place in the catalog", async () => {
    const database = await open();
    const { x } = database;
    await migrate(database, { target: 2 });
    for (const statement of oldContent()) await x.run(statement);
    await migrate(database);
    const name = parseRepositoryName("team/app/one");
    const tags = await x.run("SELECT name, class, version_key, prerelease, created_at, moves FROM tag ORDER BY updated_at, name");
    const plain = { version_key: null, prerelease: 0, moves: 0 };
    expect(tags).toEqual([
      { ...plain, name: expect.stringContaining(".sig"), class: 3, created_at: NOW },
      { ...plain, name: "v1.2.3", class: 0, version_key: versionKey("1.2.3"), created_at: NOW + 1 },
      { ...plain, name: "2.0.0-rc.1", class: 0, version_key: versionKey("2.0.0-rc.1"), prerelease: 1, created_at: NOW + 2 },
      { ...plain, name: "old", class: 4, created_at: NOW + 3 },
      { ...plain, name: "latest", class: 1, created_at: NOW + 4, moves: 2 },
    ]);
    expect(await portsOn(x).packages.find(name)).toMatchObject({ contentType: HELM, counts: { tags: 5, versions: 2, manifests: 3 }, signed: true });
    expect(await portsOn(x).packages.find(parseRepositoryName("two"))).toMatchObject({
      contentType: undefined,
      counts: { tags: 0, versions: 0, manifests: 0 },
    });
    expect(await portsOn(x).tags.row(name, tagOf("2.0.0-rc.1"))).toMatchObject({ manifest: { type: OCI_IMAGE_CONFIG } });
    const list = async (filter: PackageFilter) =>
      (await portsOn(x).packages.list({ filter, sort: { by: "name", descending: false }, limit: 10, visible: ALL })).rows.map((row) => row.name as string);
    expect(await list({ namespace: "team", project: "app", classes: ["semver"], signed: true })).toEqual(["team/app/one"]);
    expect(await list({ namespace: "library" })).toEqual(["two"]);

    const waiting = await portsOn(x).manifests.listWithoutFacts(10);
    expect(waiting).toHaveLength(3);
    expect(await list({ annotations: ["color=red"] })).toEqual([]);
    for (const { repository, digest } of waiting) {
      await database.transaction((inner) => portsOn(inner).manifests.putFacts({ repository, digest, facts: facts({ labels: { team: "a" }, title: "One" }) }));
    }
    expect(await portsOn(x).manifests.listWithoutFacts(10)).toEqual([]);
    expect(await list({ annotations: ["color=red"], types: [HELM, OCI_IMAGE_CONFIG], platforms: ["linux/arm64"], labels: ["team=a"] })).toEqual([
      "team/app/one",
    ]);
    expect(await portsOn(x).packages.find(name)).toMatchObject({ title: "One", counts: { tags: 5, versions: 2, manifests: 3 } });
    expect(await list({ text: "one" })).toEqual(["team/app/one"]);
    expect(await list({ text: "two" })).toEqual(["two"]);
  });
}
