import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { OWN_PREFIX } from "../../support/distribution.ts";
import { REAL_REGISTRIES, useRealRegistries } from "../publish/real-registries.ts";
import { moduleFile } from "../publish/use-modules.ts";
import { APP, useLibrary } from "../support/use-library.ts";

setDefaultTimeout(60_000);
const hostOf = useRealRegistries();
const registryOf = (name: string) => `${hostOf(name)}/${OWN_PREFIX}`;
const library = useLibrary(...REAL_REGISTRIES.map((name) => () => registryOf(name)));

for (const name of REAL_REGISTRIES) {
  describe(name, () => {
    const project = (files?: Readonly<Record<string, string>>) => library.project(files, { CUE_REGISTRY: registryOf(name) });

    test("a dependency comes with all that it requires, unpacked, and cue goes on from there", async () => {
      const app = project();
      const { code, stdout } = await app.opm("mod", "get", "lib.test/left@v0.1.0");
      expect([code, stdout]).toEqual([0, "+ lib.test/base@v1 v1.0.0\n+ lib.test/left@v0 v0.1.0\n"]);
      expect(await app.deps()).toEqual({ "lib.test/base@v1": "v1.0.0", "lib.test/left@v0": "v0.1.0" });
      expect([app.has("lib.test/left@v0.1.0"), app.has("lib.test/base@v1.0.0")]).toEqual([true, true]);
      await app.judge("mod", "get", "lib.test/right@v0.1.0");
      expect(JSON.parse(await app.judge("export", "."))).toEqual({ out: { x: 1, y: 2, l: 1, r: 1 } });
    });

    test("the highest version that is required counts; the module is tidy then", async () => {
      const app = project();
      // as cue writes it
      await app.judge("mod", "get", "lib.test/left@v0.1.0");
      const output = await app.json("mod", "get", "lib.test/right@v0.1.0");
      expect(output.changes).toMatchObject([
        { module: "lib.test/base@v1", from: "v1.0.0", to: "v1.1.0" },
        { module: "lib.test/right@v0", from: null, to: "v0.1.0" },
      ]);
      const before = app.text();
      await app.judge("mod", "tidy");
      expect(app.text()).toBe(before);
      for (const args of [["mod", "tidy", "--check"], ["vet", "./..."], ["eval"]]) await app.judge(...args);
    });

    test("what is no version in full changes nothing, and says what to type", async () => {
      const app = project();
      const before = app.text();
      for (const version of ["@latest", "", "@v1.1", "@1.1.0", "@v1.1.0+b", "@v01.1.0", "@V1.1.0"]) {
        const { code, stderr } = await app.opm("mod", "get", `lib.test/base${version}`);
        expect([version, code, stderr]).toEqual([version, 2, expect.stringMatching(/v1\.1\.0.*type 'opm mod get lib\.test\/base@v[12]\.[01]\.0'/)]);
      }
      expect(app.text()).toBe(before);
    });

    test("a major takes somebody who agrees", async () => {
      const app = project();
      const { code, stderr } = await app.opm("mod", "get", "lib.test/base@v1");
      expect([code, stderr]).toEqual([2, expect.stringMatching(/v1\.2\.0-rc\.1, v1\.1\.0, v1\.0\.0; type 'opm mod get lib\.test\/base@v1\.1\.0'/)]);
      expect((await app.json("mod", "get", "--yes", "lib.test/base@v1")).changes).toMatchObject([{ to: "v1.1.0" }]);
    });

    test("who requires more is named", async () => {
      const app = project();
      await app.json("mod", "get", "lib.test/left@v0.1.0", "lib.test/right@v0.1.0");
      const before = app.text();
      const { code, stderr } = await app.opm("mod", "get", "lib.test/base@v1.0.0");
      expect([code, stderr]).toEqual([2, expect.stringMatching(/lib\.test\/right@v0 v0\.1\.0 requires v1\.1\.0/)]);
      expect(app.text()).toBe(before);
    });

    test("a pre-release is a version", async () => {
      const app = project();
      expect((await app.json("mod", "get", "lib.test/base@v1.2.0-rc.1")).changes).toMatchObject([{ to: "v1.2.0-rc.1" }]);
      await app.judge("vet", "cue.mod/module.cue");
    });

    test("a module that nobody has", async () => {
      const app = project();
      for (const reference of ["lib.test/none@v1.0.0", "lib.test/base@v1.9.0"]) {
        const { code, stderr } = await app.opm("mod", "get", reference);
        expect([code, stderr]).toEqual([5, expect.stringMatching(/not found, or not visible to this user/)]);
        expect(stderr).toContain(hostOf(name));
      }
    });

    test("alone it fetches everything, once", async () => {
      const deps = { "lib.test/base@v1": "v1.1.0", "lib.test/left@v0": "v0.1.0", "lib.test/right@v0": "v0.1.0" };
      const app = project({ "module.cue": moduleFile("app.test/main@v0", { deps }), "main.cue": APP });
      const before = app.text();
      const { stdout, code } = await app.opm("mod", "get");
      expect([code, stdout.split("\n").length]).toEqual([0, 4]);
      for (const one of ["base@v1.1.0", "left@v0.1.0", "right@v0.1.0"]) expect([one, app.has(`lib.test/${one}`)]).toEqual([one, true]);
      expect(app.text()).toBe(before);
      const again = await app.with({ CUE_REGISTRY: "127.0.0.1:1/pre" }).json("mod", "get");
      expect(again.modules).toMatchObject([{ state: "cached" }, { state: "cached" }, { state: "cached" }]);
      expect(app.text()).toBe(before);
    });
  });
}
