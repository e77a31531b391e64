import { describe, expect, test } from "bun:test";
import { array, assert, constantFrom, oneof, property, string, stringMatching } from "fast-check";
import { isRepositoryName } from "../oci/name.ts";
import { compileRoutes } from "./match-route.ts";
import { route } from "./route.ts";
import { matchRoute, ROUTES } from "./routes.ts";
import { surfaceOf } from "./surface.ts";

/** The name of what answers at a path, and the parameters. */
function found(path: string): { readonly name: string; readonly texts: object } | undefined {
  const match = matchRoute(path, surfaceOf(path));
  return match && { name: match.endpoint.first.name, texts: match.texts };
}

/** Names that contain what paths of the API contain, too. */
const component = oneof(
  constantFrom("blobs", "manifests", "uploads", "tags", "list", "referrers", "v2", "oci", "ext", "discover", "api", "v1"),
  stringMatching(/^[a-z0-9]{1,8}$/),
);
const name = array(component, { minLength: 1, maxLength: 6 })
  .map((components) => components.join("/"))
  .filter(isRepositoryName);
const digest = stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`);
const tag = oneof(constantFrom("list", "uploads", "blobs", "latest", "discover"), stringMatching(/^[A-Za-z0-9_][A-Za-z0-9._-]{0,20}$/));
const id = stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);

describe("every endpoint of any repository is found", () => {
  test.each([
    ["blob", digest, (repository: string, reference: string) => `/v2/${repository}/blobs/${reference}`],
    ["manifest", oneof(digest, tag), (repository: string, reference: string) => `/v2/${repository}/manifests/${reference}`],
    ["upload", id, (repository: string, reference: string) => `/v2/${repository}/blobs/uploads/${reference}`],
    ["referrers", digest, (repository: string, reference: string) => `/v2/${repository}/referrers/${reference}`],
  ] as const)("%s", (endpoint, references, path) => {
    assert(
      property(name, references, (repository, reference) => {
        expect(found(path(repository, reference))).toEqual({ name: endpoint, texts: { name: repository, reference } });
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["uploads", (repository: string) => `/v2/${repository}/blobs/uploads/`],
    ["uploads", (repository: string) => `/v2/${repository}/blobs/uploads`],
    ["tags", (repository: string) => `/v2/${repository}/tags/list`],
    ["repository-discover", (repository: string) => `/v2/${repository}/_oci/ext/discover`],
    ["listVersions", (repository: string) => `/v2/${repository}/_opm/tags/versions`],
    ["putRepository", (repository: string) => `/api/v1/repositories/${repository}`],
  ] as const)("%s", (endpoint, path) => {
    assert(
      property(name, (repository) => {
        expect(found(path(repository))).toEqual({ name: endpoint, texts: { name: repository } });
      }),
      { numRuns: 2000 },
    );
  });
});

describe("every line of the table", () => {
  test.each(ROUTES.map(({ path, name, methods }) => [name, methods.join(", "), path] as const))("%s, %s", (routeName, methods, template) => {
    for (const repository of ["app", "team/app", "v2/tags/list/api/v1"]) {
      const path = template.replace("{name}", repository).replaceAll(/\{\w+\}/g, "x");
      const match = matchRoute(path, surfaceOf(path));
      for (const method of methods.split(", ")) expect(match?.endpoint.methods.get(method)?.name).toBe(routeName);
      if (template.includes("{name}")) expect(match?.texts.name).toBe(repository);
    }
  });

  test("has methods of its own", () => {
    const all = ROUTES.flatMap(({ path, methods }) => methods.map((method) => `${method} ${path}`));
    expect(all.filter((line, index) => all.indexOf(line) !== index)).toEqual([]);
  });

  test("has a right on the repository only where its path names one", () => {
    for (const { path, right } of ROUTES) if (typeof right === "object") expect(path).toContain("{name}");
  });
});

test.each([
  ["/v2/", "base"],
  ["/v2", "base"],
  ["/v2/_catalog", "catalog"],
  ["/v2/_oci/ext/discover", "discover"],
  ["/api/v1/openapi.json", "openapi"],
  ["/token", "token"],
  ["/healthz", "health"],
])("%s is of no repository", (path, endpoint) => {
  expect(found(path)).toEqual({ name: endpoint, texts: {} });
});

test("parameters are decoded", () => {
  expect(found("/v2/a%62c/manifests/sha256%3Aabc")).toEqual({ name: "manifest", texts: { name: "abc", reference: "sha256:abc" } });
  expect(found("/v2/team%2Fapp/_opm/tags/list")).toEqual({ name: "listTags", texts: { name: "team/app" } });
  expect(found("/api/v1/projects/a%2db/c")).toEqual({ name: "putProject", texts: { namespace: "a-b", project: "c" } });
});

test("an empty name is a wrong name under /v2/, and no path of the package API", () => {
  expect(found("/v2//manifests/latest")).toEqual({ name: "manifest", texts: { name: "", reference: "latest" } });
  expect(found("/v2//_opm/tags/list")).toBeUndefined();
  expect(found("/api/v1/repositories/")).toBeUndefined();
});

test.each(["/%68ealthz", "/x/../healthz", "/./healthz", "/%2e/healthz"])("%s is a way to write /healthz", (path) => {
  expect(found(path)?.name).toBe("health");
});

test.each([
  ...["/v2/%", "/v2/a/manifests/%", "/v2/a/manifests/%e4", "/v2/%ff/tags/list", "/v2/a", "/v2/a/b", "/v2/a/manifests/", "/v2/a/manifests", "/v2//"],
  ...["/v2/tags/list/", "/v2/tags/list", "/v2/manifests/latest", "/v2/a/blobs/", "/v2/a/referrers/", "/v2/%5fcatalog", "/x/../v2/", "/v2/./_catalog"],
  ...["/v2/_opm/", "/v2/_opm/tags/list", "/v2/a/_opm/tags/list/", "/v2/a/_opm/tags", "/v2/a/_opm/manifests/latest", "/v2/_opm/catalog/xrepositories"],
  ...["/api/v1/projects/a/b/c", "/api/v1/projects/a/", "/api/v1/namespaces/a%2", "/api/v2/catalog", "/x/_opm/tags/list", "/healthz/", "//healthz", "", "v2/"],
])("nothing is at '%s'", (path) => {
  expect(found(path)).toBeUndefined();
});

test("any path has something or nothing, without an error", () => {
  assert(
    property(string({ unit: "binary", maxLength: 300 }), constantFrom("", "/", "/v2/", "/v2/a/_opm/", "/api/v1/"), (path, prefix) => {
      found(prefix + path);
    }),
    { numRuns: 2000 },
  );
});

test("paths that their ends do not tell apart are refused", () => {
  const line = { name: "x", methods: ["GET"], right: "public", handle: () => ({ status: 200, headers: {} }) } as const;
  expect(() => compileRoutes([route("/a/{name}/end", line), route("/b/{name}/end", line)])).toThrow("cannot be told apart");
});
