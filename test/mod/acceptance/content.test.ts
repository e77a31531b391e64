import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { OWN_PREFIX } from "../../support/distribution.ts";
import { REAL_REGISTRIES, useRealRegistries } from "../publish/real-registries.ts";
import { moduleFile } from "../publish/use-modules.ts";
import { type Forged, forgeModule, forgeZip, pushForged, type ZipEntry } from "../support/forged.ts";
import { expectRefusal } from "../support/refusal.ts";
import { useLibrary } from "../support/use-library.ts";

setDefaultTimeout(180_000);
const hostOf = useRealRegistries();
// its tags are those of modules only
const NAMES = REAL_REGISTRIES.filter((name) => name !== "cue mod registry");
const library = useLibrary(...NAMES.map((name) => () => `${hostOf(name)}/${OWN_PREFIX}`));

const PATH = "evil.test/m";
const file = moduleFile(`${PATH}@v0`);
const good = { name: "a.cue", text: "package m\n\nx: 1\n" };
const LINK = 0o120777;
const zipped = (...entries: ZipEntry[]) => forgeModule(file, [good, ...entries]);
const [zip, text] = zipped().layers ?? [];
const index = JSON.stringify({ schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: [] });

type Hostile = readonly [string, Forged, RegExp?];

/** What is told by the manifest, or by the module file beside the archive. */
const NOT_THE_MODULE: readonly Hostile[] = [
  ["another module", forgeModule(moduleFile("other.test/m@v0"), [good]), /other\.test\/m/],
  ["another major", forgeModule(moduleFile(`${PATH}@v1`), [good]), /evil\.test\/m@v1/],
  [
    "another module in the archive than beside it",
    { layers: [forgeModule(moduleFile("other.test/m@v0"), [good]).layers?.[0], text].filter((layer) => layer !== undefined) },
  ],
  ["an image", { config: "application/vnd.oci.image.config.v1+json", layers: zipped().layers ?? [] }, /not a CUE module/],
  ["an index", { type: "application/vnd.oci.image.index.v1+json", manifest: index }, /not a CUE module/],
  ["a layer too few", { layers: zip === undefined ? [] : [zip] }, /not a CUE module/],
  ["a layer too many", { layers: [...(zipped().layers ?? []), { type: "text/plain", bytes: Buffer.from("x") }] }, /not a CUE module/],
  ["layers of other types", { layers: (zipped().layers ?? []).map(({ bytes }) => ({ type: "text/plain", bytes })) }, /not a CUE module/],
];

const BAD_ARCHIVES: readonly Hostile[] = [
  ["a file above the module", zipped({ name: "../evil.cue", text: "package evil\n" })],
  ["a file with a path of its own", zipped({ name: "/tmp/opm-evil.cue", text: "package evil\n" })],
  ["a file above, by a backslash", zipped({ name: "..\\evil.cue", text: "package evil\n" })],
  ["a file above, later in its path", zipped({ name: "sub/../../evil.cue", text: "package evil\n" })],
  ["a link", zipped({ name: "link.cue", text: "/etc/passwd", mode: LINK })],
  ["two files of one name", zipped({ name: "A.cue", text: "package m\n" })],
  ["a file that is larger than it says", zipped({ name: "bomb.cue", text: `package m\n//${"x".repeat(1 << 20)}\n`, size: 10 })],
  ["a file that says it is enormous", zipped({ name: "bomb.cue", text: "package m\n", size: 0xfffffff0 })],
  ["replacements of somebody else's machine", zipped({ name: "cue.mod/local-module.cue", text: "" })],
  [
    "a module file that is none",
    {
      layers: [forgeModule("module: {", [good]).layers?.[0], { type: text?.type ?? "", bytes: Buffer.from("module: {") }].filter(
        (layer) => layer !== undefined,
      ),
    },
  ],
  ["an archive that is none", { layers: [{ type: zip?.type ?? "", bytes: Buffer.from("no archive") }, text].filter((layer) => layer !== undefined) }],
  ["an archive without a module file", { layers: [{ type: zip?.type ?? "", bytes: forgeZip([good]) }, text].filter((layer) => layer !== undefined) }],
];

const HOSTILE = [...NOT_THE_MODULE, ...BAD_ARCHIVES];

for (const name of NAMES) {
  describe(name, () => {
    test("what is no module, or another one, is refused by all that fetch it, and nothing is written", async () => {
      const run = async ([title, forged, message = /./]: Hostile, at: number) => {
        const version = `v0.${at}.0`;
        await pushForged(`http://${hostOf(name)}/v2/${OWN_PREFIX}/${PATH}`, version, forged);
        const environment = { CUE_REGISTRY: `${hostOf(name)}/${OWN_PREFIX}` };
        const project = library.project(undefined, environment);
        const { stderr } = await expectRefusal(project, ["mod", "get", `${PATH}@${version}`], { code: 2, stderr: message });
        expect([title, stderr]).toEqual([title, expect.stringMatching(new RegExp(`evil\\.test/m[:@]${version}`))]);
        const pinned = library.project(
          { "module.cue": moduleFile("app.test/main@v0", { deps: { [`${PATH}@v0`]: version } }), "m.cue": `package main\n\nimport "${PATH}@v0"\n\nm\n` },
          environment,
        );
        // what is vendored is the archive as it is: it is looked into when it is used
        const more = [["mod", "build"], ["mod", "get"], ...(at < NOT_THE_MODULE.length ? [["mod", "vendor"]] : [])];
        for (const args of [...(at % 2 === 0 ? [["mod", "vet"]] : []), ...(at % 5 === 0 ? more : [])])
          await expectRefusal(pinned, args, { code: 2, stderr: message });
        for (const { environment: own } of [project, pinned]) {
          const cache = join(own.CUE_CACHE_DIR ?? "", "mod");
          expect([title, existsSync(join(cache, "extract", `${PATH}@${version}`)), existsSync(join(cache, "download", PATH, "@v", `${version}.zip`))]).toEqual([
            title,
            false,
            false,
          ]);
          for (const evil of ["evil.cue", "../evil.cue", "../../evil.cue", "extract/evil.cue", "extract/evil.test/evil.cue"])
            expect(existsSync(join(cache, evil))).toBe(false);
        }
      };
      // what is in an archive is the same everywhere
      const chosen = [...HOSTILE.entries()].filter(([at]) => name === NAMES[0] || at % 3 === 0);
      // two at a time
      for (let at = 0; at < chosen.length; at += 2) await Promise.all(chosen.slice(at, at + 2).map(([number, one]) => run(one, number)));
      expect(existsSync("/tmp/opm-evil.cue")).toBe(false);
    });

    test("junk tags do not count, wherever versions do", async () => {
      const place = `http://${hostOf(name)}/v2/${OWN_PREFIX}/lib.test/left`;
      const manifest = await fetch(`${place}/manifests/v0.2.0`, { headers: { Accept: "application/vnd.oci.image.manifest.v1+json" } });
      const body = await manifest.text();
      for (const junk of ["latest", "v0", "v0.9", "0.9.9", "v9", "v0.9.9_1", "sha256-aa.sig"]) {
        const put = await fetch(`${place}/manifests/${junk}`, { method: "PUT", body, headers: { "Content-Type": manifest.headers.get("Content-Type") ?? "" } });
        expect([junk, put.status]).toEqual([junk, 201]);
      }
      const environment = { CUE_REGISTRY: `${hostOf(name)}/${OWN_PREFIX}` };
      const project = library.project(undefined, environment);
      expect((await project.json("mod", "get", "--yes", "lib.test/left@v0")).changes).toContainEqual(
        expect.objectContaining({ module: "lib.test/left@v0", to: "v0.2.0" }),
      );
      expect(await library.project(undefined, environment).json("mod", "tidy")).toMatchObject({
        changes: expect.arrayContaining([expect.objectContaining({ to: "v0.2.0" })]),
      });
      const { stdout } = await project.opm("mod", "versions", "lib.test/left", "-q");
      expect(stdout).toBe("v0.2.0\nv0.1.1\nv0.1.0\n");
      expect(await project.opm("mod", "update", "--check", "lib.test/left")).toMatchObject({ code: 0 });
      // where cue stumbles
      expect(
        (
          await library.cue(["mod", "get", "lib.test/left@latest"], {
            directory: library.project().root,
            environment: { ...environment, CUE_CACHE_DIR: library.fresh("cache") },
          })
        ).code,
      ).not.toBe(0);
    });
  });
}
