import { describe, expect, test } from "bun:test";
import type { Operation } from "../../api/operation.ts";
import { OPERATIONS } from "../../api/operations.ts";
import { isExtensionPath, matchPath } from "./match-path.ts";

describe("the path of every operation", () => {
  test.each(Object.values<Operation>(OPERATIONS).map(({ id, method, path }) => [id, method, path] as const))("%s", (id, method, template) => {
    for (const name of ["app", "team/app", "v2/tags/list/api/v1"]) {
      const path = template.replace("{name}", name).replace("{namespace}", "team").replace("{project}", "web");
      expect(isExtensionPath(path)).toBe(true);
      const match = matchPath(path);
      expect<string | undefined>(match?.methods.get(method)).toBe(id);
      if (template.includes("{name}")) expect(match?.path.name).toBe(name);
    }
  });
});

test.each(["/v2/team/_opmx/tags/list", "/v2/_opm", "/v2/team/tags/list", "/v2/opm/manifests/latest", "/api/v2/catalog", "/x/_opm/tags/list"])(
  "%s is of another API",
  (path) => {
    expect(isExtensionPath(path)).toBe(false);
  },
);

test.each([
  "/v2/_opm/",
  "/v2//_opm/tags/list",
  "/v2/a/_opm/tags/list/",
  "/v2/a/_opm/tags",
  "/api/v1/projects/a/b/c",
  "/api/v1/namespaces/a%2",
  "/v2/_opm/catalog/xrepositories",
])("%s is no operation", (path) => {
  expect(matchPath(path)).toBeUndefined();
});

test("an encoded slash is a slash of the name", () => {
  expect(matchPath("/v2/team%2Fapp/_opm/tags/list")?.path).toEqual({ name: "team/app" });
});
