import { describe, expect, test } from "bun:test";
import { array, assert, constantFrom, oneof, property, string, stringMatching } from "fast-check";
import { isRepositoryName } from "../../oci/name.ts";
import { parseRoute, type Route } from "./route.ts";

/** Names that contain what paths of the API contain, too. */
const component = oneof(
  constantFrom("blobs", "manifests", "uploads", "tags", "list", "referrers", "v2", "oci", "ext", "discover"),
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
    ["blob", digest, (repository: string, reference: string) => `${repository}/blobs/${reference}`],
    ["manifest", oneof(digest, tag), (repository: string, reference: string) => `${repository}/manifests/${reference}`],
    ["upload", id, (repository: string, reference: string) => `${repository}/blobs/uploads/${reference}`],
    ["referrers", digest, (repository: string, reference: string) => `${repository}/referrers/${reference}`],
  ] as const)("%s", (endpoint, references, path) => {
    assert(
      property(name, references, (repository, reference) => {
        expect(parseRoute(path(repository, reference))).toEqual({ endpoint, name: repository, reference });
      }),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["uploads", (repository: string) => `${repository}/blobs/uploads/`],
    ["uploads", (repository: string) => `${repository}/blobs/uploads`],
    ["tags", (repository: string) => `${repository}/tags/list`],
    ["repository-discover", (repository: string) => `${repository}/_oci/ext/discover`],
  ] as const)("%s", (endpoint, path) => {
    assert(
      property(name, (repository) => {
        expect(parseRoute(path(repository))).toEqual({ endpoint, name: repository, reference: "" });
      }),
      { numRuns: 2000 },
    );
  });
});

test.each([
  ["", "base"],
  ["_catalog", "catalog"],
  ["_oci/ext/discover", "discover"],
])("'%s' is of no repository", (path, endpoint) => {
  expect(parseRoute(path) as Route | undefined).toEqual({ endpoint, name: "", reference: "" } as Route);
});

test("names and references are decoded", () => {
  expect(parseRoute("a%62c/manifests/sha256%3Aabc")).toEqual({ endpoint: "manifest", name: "abc", reference: "sha256:abc" });
});

test.each(["%", "a/manifests/%", "a/manifests/%e4", "%ff/tags/list", "a", "a/b", "a/manifests/", "a/manifests", "/", "tags/list/", "a/blobs/", "a/referrers/"])(
  "'%s' is no endpoint",
  (path) => {
    expect(parseRoute(path)).toBeUndefined();
  },
);

test("any path is an endpoint or none, without an error", () => {
  assert(
    property(string({ unit: "binary", maxLength: 300 }), (path) => {
      const found = parseRoute(path);
      return found === undefined || typeof found.name === "string";
    }),
    { numRuns: 2000 },
  );
});
