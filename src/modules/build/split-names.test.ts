import { describe, expect, test } from "bun:test";
import { splitNames } from "./split-names.ts";

describe("names of files", () => {
  test("have the kind and the name", () => {
    expect(
      splitNames(
        [
          { kind: "Deployment", name: "web" },
          { kind: "ClusterRole", name: "system:node" },
        ],
        "yaml",
      ),
    ).toEqual(["deployment-web.yaml", "clusterrole-system:node.yaml"]);
  });

  test("differ by a number, also where one is the name of another object", () => {
    const objects = ["a", "A", "a-2", "a"].map((name) => ({ kind: "Secret", name }));
    expect(splitNames(objects, "json")).toEqual(["secret-a.json", "secret-a-2.json", "secret-a-2-2.json", "secret-a-3.json"]);
  });

  for (const name of ["../x", "a/b", "a\\b", "a\u0000", "a\nb"]) {
    test(`are none for ${JSON.stringify(name)}`, () => expect(() => splitNames([{ kind: "Secret", name }], "yaml")).toThrow("cannot be the name of a file"));
  }

  test("are none for what has no name", () => {
    expect(() => splitNames([{ kind: "Secret", name: undefined }], "yaml")).toThrow("without --split");
  });
});
