import { afterAll, describe, expect, test } from "bun:test";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../cli/run-opm.ts";
import { useCatalog } from "./use-catalog.ts";

const catalog = useCatalog();
const { opm, json } = catalog;
const folder = temporaryFolder();
afterAll(folder.remove);

describe("namespace, project, repository", () => {
  test("what a chart says of itself describes its package, and an edit of something else does not declare it", async () => {
    const shown = async () => (await json("list", "HOST/charts/web")) as { repositories: Record<string, unknown>[] };
    const own = { description: "A web application", declared: { description: null, contentType: null } };
    expect((await shown()).repositories).toMatchObject([own]);
    expect((await opm("search", "--registry", "HOST", "application")).stdout).toContain("A web application");
    await json("repository", "edit", "HOST/charts/web", "--label", "a=b");
    expect((await shown()).repositories).toMatchObject([{ ...own, labels: { a: "b" } }]);
    await json("repository", "edit", "HOST/charts/web", "--description", "Our shop");
    expect((await shown()).repositories).toMatchObject([{ description: "Our shop", declared: { description: "Our shop", contentType: null } }]);
    await json("repository", "edit", "HOST/charts/web", "--description", "");
    expect((await shown()).repositories).toMatchObject([own]);
  });

  test("lists say where nothing matches, and show pulls where they sort by them", async () => {
    expect(await opm("list", "HOST/no/such/**")).toEqual({ code: 0, stdout: "NAME  LATEST  TYPE  UPDATED\n", stderr: "nothing matches\n" });
    expect((await opm("list", "HOST/no/such/**", "--quiet")).stderr).toBe("");
    expect((await opm("list", "HOST", "--sort", "-pulls")).stdout).toMatch(/^NAME +LATEST +PULLS +TYPE +UPDATED\n/);
  });

  test("are created, edited, listed and deleted", async () => {
    expect((await opm("namespace", "create", "HOST/shop", "--description", "Shops", "--label", "a=b")).stdout).toBe(`created namespace ${catalog.host}/shop\n`);
    const again = await opm("namespace", "create", "HOST/shop");
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining("opm namespace edit")]);
    await json("namespace", "edit", "HOST/shop", "--label", "c=d", "--remove-label", "a", "--owner", "group:shop");
    const { namespaces } = await json("namespace", "list", "HOST");
    expect(namespaces).toContainEqual(expect.objectContaining({ name: "shop", description: "Shops", labels: { c: "d" }, owner: "group:shop" }));
    await json("project", "create", "HOST/shop/till", "--version-policy", "enforce", "--claim", "legacy/till-*");
    await json("project", "edit", "HOST/shop/till", "--type-policy", "off");
    expect(await json("project", "list", "HOST/shop")).toMatchObject({
      projects: [{ name: "till", policies: { types: "off", versions: "enforce", dependents: "warn" }, patterns: ["legacy/till-*"] }],
    });
    expect((await opm("namespace", "delete", "HOST/shop", "--yes")).code).toBe(2);
    await json("repository", "create", "HOST/legacy/till-app", "--description", "Tills", "-t", "application/vnd.example.till.v1+json");
    await json("repository", "edit", "HOST/legacy/till-app", "--label", "x=y");
    expect(await json("repository", "list", "HOST", "--all")).toMatchObject({
      repositories: expect.arrayContaining([expect.objectContaining({ name: "team/web/app" })]),
    });
    expect(await json("list", "HOST", "--project", "till")).toMatchObject({
      repositories: [
        { name: "legacy/till-app", namespace: "shop", description: "Tills", labels: { x: "y" }, contentType: "application/vnd.example.till.v1+json" },
      ],
    });
    await json("repository", "delete", "HOST/legacy/till-app", "--yes");
    await json("project", "delete", "HOST/shop/till", "--yes");
    await json("namespace", "delete", "HOST/shop", "--yes");
    expect((await json("namespace", "list", "HOST")).namespaces).not.toContainEqual(expect.objectContaining({ name: "shop" }));
  });
});

describe("type", () => {
  test("is described, allowed, denied and taken back", async () => {
    const registry = ["--registry", "HOST"];
    const type = "application/vnd.example.model.config.v1+json";
    await json("type", "add", type, "--title", "A model", ...registry);
    expect((await opm("type", "list", ...registry)).stdout).toMatch(/^application\/vnd\.example\.model\.config\.v1\+json +A model +yes +stored$/m);
    await json("type", "deny", "application/vnd.bad.*", ...registry);
    expect(await json("type", "list", ...registry)).toMatchObject({ deny: ["application/vnd.bad.*"] });
    expect((await opm("type", "list", ...registry)).stdout).toContain("refused: application/vnd.bad.*");
    await json("type", "remove", "application/vnd.bad.*", ...registry);
    expect(await json("type", "list", ...registry)).toMatchObject({ deny: [] });
    await json("type", "remove", type, ...registry);
  });
});

describe("catalog", () => {
  const file = join(folder.path, "catalog.yaml");
  const at = ["-f", file, "--registry", "HOST"];

  test("plan, apply, export: applying what was exported changes nothing", async () => {
    writeFileSync(file, "version: 1\nnamespaces:\n  team:\n    description: The team\n    projects:\n      web: { policies: { versions: enforce } }\n");
    const planned = await opm("catalog", "plan", "--check", ...at);
    expect([planned.code, planned.stdout]).toEqual([6, "+ namespace team\n+ project team/web\n2 changes to apply\n"]);
    expect((await opm("catalog", "apply", ...at)).stdout).toBe("+ namespace team\n+ project team/web\n2 changes applied\n");
    expect((await opm("catalog", "apply", ...at)).stdout).toBe("nothing to change\n");
    const { stdout } = await opm("catalog", "export", "--registry", "HOST");
    expect(stdout).toContain("description: The team");
    writeFileSync(file, stdout);
    expect((await opm("catalog", "plan", "--check", "--prune", ...at)).stdout).toBe("nothing to change\n");
    expect((await opm("catalog", "export", "--registry", "HOST")).stdout).toBe(stdout);
  });

  test("--prune asks before it removes", async () => {
    writeFileSync(file, "version: 1\n");
    const refused = await opm("catalog", "apply", "--prune", ...at);
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining("give --yes")]);
    expect(await json("catalog", "apply", "--prune", "--yes", ...at)).toMatchObject({
      dryRun: false,
      steps: expect.arrayContaining([expect.objectContaining({ action: "remove" })]),
    });
  });

  test("says where the file is wrong", async () => {
    writeFileSync(file, "version: 1\nnamespaces:\n  team: { descriptio: x }\n");
    const { code, stderr } = await opm("catalog", "apply", ...at);
    expect([code, stderr]).toEqual([2, `opm: ${file}:3:11: namespaces.team.descriptio: unknown key; did you mean description?\n`]);
    rmSync(file);
  });
});

describe("prune", () => {
  test("removes old versions, and not what a kept tag reaches", async () => {
    const dry = await json("prune", "HOST/team/web/app", "--keep-last", "1", "--dry-run");
    const tags = (answer: Record<string, unknown>) =>
      (answer.repositories as readonly { readonly removed: readonly { readonly tag: string }[] }[])
        .flatMap(({ removed }) => removed.map(({ tag }) => tag))
        .sort();
    expect(tags(dry)).toEqual(["1.0.0", "1.9.0"]);
    expect((await opm("prune", "HOST/team/web/app", "--older-than", "1d", "--dry-run")).stdout).toContain("0 tags would be removed");
    const done = await opm("prune", "HOST/team/**", "--keep-last", "1", "--yes");
    expect([done.code, done.stdout]).toEqual([0, expect.stringContaining("2 tags removed")]);
    const { versions } = await json("versions", "HOST/team/web/app", "--prerelease");
    expect((versions as readonly { readonly tag: string }[]).map(({ tag }) => tag)).toEqual(["2.0.0-rc.1", "1.10.0"]);
    const unknown = await opm("prune", "HOST/nobody/**", "--keep-last", "1", "--yes");
    expect(unknown.code).toBe(5);
  });
});
