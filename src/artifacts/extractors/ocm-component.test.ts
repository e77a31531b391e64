import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { factsOf } from "../testing/artifact.ts";
import { HOSTILE_JSON, parsed } from "../testing/content.ts";
import { tarArchive, tarEntry } from "../testing/tar.ts";

const TYPE = "application/vnd.ocm.software.component-descriptor.v2";
const fixture = (name: string) => Bun.file(join(import.meta.dir, "../testing", name)).bytes();
const descriptor = (content: unknown, format: "json" | "yaml" | "yaml+tar") => parsed("ocm-component", content, `${TYPE}+${format}`);

const APP = {
  title: "acme.org/demo/app",
  version: "2.0.0",
  provides: ["ocm:acme.org/demo/app"],
  dependencies: [{ kind: "ocm-component", key: "ocm:acme.org/demo/echo", name: "acme.org/demo/echo", requirement: "1.0.0" }],
};

const YAML = `---
component:
  componentReferences:
  - componentName: acme.org/demo/echo
    name: echo
    version: 1.10
  name: acme.org/demo/app
  version: 2.0.0
meta:
  schemaVersion: v2
`;

describe("ocm-component", () => {
  test("reads the descriptor that the older command line wrote", async () => {
    expect(descriptor(await fixture("component-descriptor.tar"), "yaml+tar")).toMatchObject({ problem: undefined, findings: APP });
  });

  test("reads the descriptor that the newer command line wrote", async () => {
    expect(descriptor(await fixture("component-descriptor.json"), "json")).toMatchObject({ problem: undefined, findings: APP });
  });

  test("reads YAML, versions as they are written", () => {
    const dependencies = [{ ...APP.dependencies[0], requirement: "1.10" }];
    expect(descriptor(YAML, "yaml")).toMatchObject({ problem: undefined, findings: { ...APP, dependencies } });
  });

  test("reads JSON in place of YAML", async () => {
    expect(descriptor(await fixture("component-descriptor.json"), "yaml")).toMatchObject({ problem: undefined, findings: APP });
  });

  test("reads v3alpha1", () => {
    const content = {
      apiVersion: "ocm.software/v3alpha1",
      kind: "ComponentVersion",
      metadata: { name: "acme.org/demo/app", version: "2.0.0" },
      spec: { references: [{ name: "echo", componentName: "acme.org/demo/echo", version: "1.0.0" }] },
    };
    expect(descriptor(content, "json")).toMatchObject({ problem: undefined, findings: APP });
  });

  test.each(["application/vnd.ocm.software.component.config.v1+json", "application/vnd.gardener.cloud.cnudie.component.config.v1+json"])(
    "is known by its config %s",
    async (mediaType) => {
      const layers = [{ mediaType: `${TYPE}+yaml+tar`, content: await fixture("component-descriptor.tar") }];
      const facts = await factsOf({ config: { mediaType, content: {} }, layers });
      expect(facts).toMatchObject(APP);
      expect(facts.problem).toBeUndefined();
    },
  );

  test("misses its descriptor", async () => {
    const facts = await factsOf({ config: { mediaType: "application/vnd.ocm.software.component.config.v1+json", content: {} } });
    expect(facts.problem).toBe("a component needs a layer with its descriptor");
  });

  test.each([
    ["no component", { meta: {} }, "describes no component"],
    ["no name", { component: { version: "1.0.0" } }, "has no component name"],
    ["a reference to nothing", { component: { name: "a.b/c", componentReferences: [{ name: "x" }] } }, "reference without a component name"],
  ])("explains %s", (_, content, part) => expect(descriptor(content, "json").problem).toContain(part));

  test.each([
    ["a list", "- a"],
    ["text", "just text"],
    ["what does not close", "a: [b"],
    ["a tab as indentation", "a:\n\tb: c"],
  ])("explains YAML that is %s", (_, content) => expect(descriptor(content, "yaml").problem).toContain("the component descriptor is not"));

  test("explains a YAML bomb", () => {
    const levels = "bcdefghi".split("").map((name, at) => `${name}: &${name} [${`*${"abcdefgh"[at]},`.repeat(9)}]`);
    const { problem } = descriptor(`a: &a [x]\n${levels.join("\n")}\ncomponent: *i\n`, "yaml");
    expect(problem).toContain("alias");
  });

  test("explains an archive without a descriptor", () => {
    expect(descriptor(tarArchive(tarEntry("README.md", "hello")), "yaml+tar").problem).toContain("without a file component-descriptor.yaml");
    expect(descriptor("no archive".repeat(100), "yaml+tar").problem).toContain("not a valid tar archive");
  });

  test.each(HOSTILE_JSON)("explains %s", (_, content) => expect(descriptor(content, "json").problem).toContain("the component descriptor"));
});
