import { describe, expect, test } from "bun:test";
import { OPERATIONS } from "../../api/operations.ts";
import { operationPath, operationQuery } from "./operation-request.ts";
import { warningTexts } from "./warnings.ts";

describe("operationPath", () => {
  test("keeps the slashes of a repository name and encodes the rest", () => {
    expect(operationPath(OPERATIONS.listTags, { name: "team/web/app" })).toBe("/v2/team/web/app/_opm/tags/list");
    expect(operationPath(OPERATIONS.putProject, { namespace: "team", project: "web?x" })).toBe("/api/v1/projects/team/web%3Fx");
  });
});

describe("operationQuery", () => {
  test("leaves out what is undefined, repeats lists", () => {
    expect(operationQuery({ n: 5, signed: false, q: undefined, class: ["semver", "opaque"], since: "2026-01-01T00:00:00Z" })).toEqual({
      n: 5,
      signed: false,
      class: ["semver", "opaque"],
      since: "2026-01-01T00:00:00Z",
    });
  });
});

describe("warningTexts", () => {
  test("one text a warning, unescaped, without controls", () => {
    expect(warningTexts('299 - "one \\"two\\"", 299 - "three\u001b[2J"')).toEqual(['one "two"', "three [2J"]);
    expect(warningTexts(null)).toEqual([]);
    expect(warningTexts("299 - unquoted")).toEqual([]);
  });
});
