import { describe, expect, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readIndependently } from "../support/independent-reader.ts";
import { descriptorOf, fileResource, makeComponent, referenceTo } from "./make-component.ts";
import { transferHere, useTransfer } from "./use-transfer.ts";

const { fresh, run } = useTransfer();
const version = (name: string) => ({ name: `acme.org/${name}`, version: "1.0.0" });

describe("references", () => {
  test("each once, those that are referred to first", async () => {
    const [origin, target] = [fresh(), fresh(".tgz")];
    const leaf = await makeComponent(origin, "acme.org/leaf", { resources: [fileResource("file", "x")] });
    const left = await makeComponent(origin, "acme.org/left", { references: [referenceTo(leaf)] });
    const right = await makeComponent(origin, "acme.org/right", { references: [referenceTo(leaf)] });
    await makeComponent(origin, "acme.org/app", { references: [referenceTo(right), referenceTo(left), referenceTo(leaf, { name: "again" })] });
    const expected = ["leaf", "right", "left", "app"].map((name) => `copied acme.org/${name}:1.0.0`);
    expect(await transferHere(origin, target, { recursive: true, versions: [version("app")] })).toEqual(expected);
    expect(await transferHere(origin, fresh(), { versions: [version("app")] })).toEqual(["copied acme.org/app:1.0.0"]);
    // all of a repository come in that order, too
    const all = await transferHere(origin, fresh());
    expect(all).toEqual(["leaf", "right", "left", "app"].map((name) => `copied acme.org/${name}:1.0.0`));
  });

  test("are found where --lookup says", async () => {
    const [origin, elsewhere] = [fresh(), fresh()];
    const leaf = await makeComponent(elsewhere, "acme.org/leaf");
    await makeComponent(origin, "acme.org/app", { references: [referenceTo(leaf)] });
    expect(await transferHere(origin, fresh(), { recursive: true })).toEqual([
      expect.stringMatching(/^not-found: acme\.org\/app:1\.0\.0, reference leaf: acme\.org\/leaf:1\.0\.0 is not in .+: name where it is with --lookup$/),
    ]);
    const expected = ["copied acme.org/leaf:1.0.0", "copied acme.org/app:1.0.0"];
    expect(await transferHere(origin, fresh(), { recursive: true, lookup: [elsewhere] })).toEqual(expected);
    const { code, stdout } = await run(["--recursive", "--quiet", "--lookup", elsewhere, `${origin}//acme.org/app:1.0.0`, fresh()]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: "copied    acme.org/leaf:1.0.0\ncopied    acme.org/app:1.0.0\n" });
  });

  test("to another than was meant are refused", async () => {
    const [origin, target] = [fresh(), fresh()];
    await makeComponent(origin, "acme.org/leaf", { resources: [fileResource("file", "swapped")] });
    const meant = descriptorOf("acme.org/leaf", { resources: [fileResource("file", "meant")] });
    await makeComponent(origin, "acme.org/app", { references: [referenceTo(meant)] });
    expect(await transferHere(origin, target, { recursive: true })).toEqual([
      expect.stringMatching(/^invalid: acme\.org\/app:1\.0\.0, reference leaf: acme\.org\/leaf:1\.0\.0 in .+ is not the one that is referred to/),
    ]);
  });

  test("in a circle are refused, before anything is sent", async () => {
    const [origin, target] = [fresh(), fresh()];
    const reference = (name: string) => ({ name, componentName: `acme.org/${name}`, version: "1.0.0" });
    await makeComponent(origin, "acme.org/aa", { references: [reference("bb")] });
    await makeComponent(origin, "acme.org/bb", { references: [reference("cc")] });
    await makeComponent(origin, "acme.org/cc", { references: [reference("bb")] });
    expect(await transferHere(origin, target, { recursive: true, versions: [version("aa")] })).toEqual([
      "invalid: component versions refer to each other in a circle: acme.org/bb:1.0.0 -> acme.org/cc:1.0.0 -> acme.org/bb:1.0.0",
    ]);
    expect((await readIndependently(target, "acme.org/cc", "1.0.0").catch((error) => error)) as unknown).toBeInstanceOf(Error);
  });

  test("longer than any product's are refused", async () => {
    const origin = fresh();
    for (let at = 0; at <= 101; at++) {
      const references = at === 101 ? [] : [{ name: "next", componentName: `acme.org/c${at + 1}`, version: "1.0.0" }];
      await makeComponent(origin, `acme.org/c${at}`, { references, signatures: [] });
    }
    expect(await transferHere(origin, fresh(), { recursive: true, versions: [version("c0")] })).toEqual([
      expect.stringMatching(/has more than 100 levels of references/),
    ]);
  });
});

describe("damage at the source", () => {
  /** An archive with one component version, one of whose blobs is replaced. */
  async function damaged(content: string): Promise<string> {
    const origin = fresh();
    const made = fileResource("file", "right");
    await makeComponent(origin, "acme.org/app", { resources: [made] });
    const file = join(origin, "blobs", String(made.element.access.localReference).replace(":", "."));
    writeFileSync(file, content);
    expect(readFileSync(file, "utf8")).toBe(content);
    return origin;
  }

  test.each([
    ["wrong", "of the same size"],
    ["wrong and longer", "longer"],
    ["", "empty"],
  ])("a blob that is %p, %s: nothing is visible at the target", async (content) => {
    const [origin, target, file] = [await damaged(content), fresh(), fresh(".tgz")];
    const message = expect.stringMatching(/^invalid: acme\.org\/app:1\.0\.0 was not transferred to .+/);
    expect(await transferHere(origin, target)).toEqual([message]);
    expect(await transferHere(origin, file)).toEqual([message]);
    expect((await readIndependently(target, "acme.org/app", "1.0.0").catch((error) => error)) as unknown).toBeInstanceOf(Error);
    expect(await Bun.file(file).exists()).toBe(false);
  });

  test("content that is not what the digest of its resource says", async () => {
    const [origin, target] = [fresh(), fresh()];
    const { element, blobs } = fileResource("file", "swapped");
    const { digest } = fileResource("file", "signed").element;
    await makeComponent(origin, "acme.org/app", { resources: [{ element: { ...element, ...(digest !== undefined && { digest }) }, blobs }] });
    expect(await transferHere(origin, target)).toEqual([expect.stringMatching(/resource file: its content is not what its digest says/)]);
  });

  test("an archive that fails is left as it was", async () => {
    const [good, target] = [fresh(), fresh(".tgz")];
    await makeComponent(good, "acme.org/good", { resources: [fileResource("file", "good")] });
    await transferHere(good, target);
    const before = readFileSync(target);
    expect(await transferHere(await damaged("wrong"), target)).toEqual([expect.stringMatching(/^invalid/)]);
    expect(Buffer.compare(readFileSync(target), before)).toBe(0);
  });
});

describe("what is selected", () => {
  test("a range, the highest, and what is no selection", async () => {
    const origin = fresh();
    for (const each of ["1.0.0", "1.1.0", "1.2.0-rc.1", "2.0.0"]) await makeComponent(origin, "acme.org/app", { version: each });
    const selected = async (...args: string[]) => {
      const { stdout, stderr } = await run(["--quiet", ...args]);
      return `${stdout}${stderr}`.trim().replaceAll(/ +acme.org\/app:/g, " ");
    };
    expect(await selected("--range", "^1", `${origin}//acme.org/app`, fresh())).toBe("copied 1.0.0\ncopied 1.1.0");
    expect(await selected("--latest", `${origin}//acme.org/app`, fresh())).toBe("copied 2.0.0");
    expect(await selected("--latest", "--range", "^1", `${origin}//acme.org/app`, fresh())).toBe("copied 1.1.0");
    expect(await selected(`${origin}//acme.org/app`, fresh())).toBe("opm: name a version of acme.org/app, or select with --latest, or --range '*'");
    expect(await selected("--latest", `${origin}//acme.org/app:1.0.0`, fresh())).toBe("opm: a version is named: leave out --range and --latest");
    expect((await run(["--range", "^9", `${origin}//acme.org/app`, fresh()])).code).toBe(5);
  });

  test("--dry-run says what would be done, and does nothing", async () => {
    const [origin, target] = [fresh(), fresh(".tgz")];
    await makeComponent(origin, "acme.org/app");
    const { code, stdout, stderr } = await run(["--dry-run", origin, target]);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: "copied    acme.org/app:1.0.0\n", stderr: "nothing was copied\n" });
    expect(await Bun.file(target).exists()).toBe(false);
  });
});
