import { afterAll, describe, expect, test } from "bun:test";
import { createRegistryClient } from "../registry-client.ts";
import { callOperation, callPages } from "./call-operation.ts";
import { hasPackageApi, requirePackageApi } from "./discovery.ts";

/** What the registry answers, by path. */
const answers = new Map<string, () => Response>();
const requests: string[] = [];

const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch(request) {
    const { pathname, search } = new URL(request.url);
    requests.push(`${request.method} ${pathname}${search}`);
    return (answers.get(`${pathname}${search}`) ?? answers.get(pathname))?.() ?? new Response("not here", { status: 404 });
  },
});
afterAll(() => server.stop(true));

const host = `127.0.0.1:${server.port}`;
const client = () => createRegistryClient({ env: {}, retry: { attempts: 1 } });
const signal = new AbortController().signal;
const what = "cannot do it";

const stats = {
  scope: {},
  repositories: 1,
  blobs: { references: 2, unique: 1, logicalBytes: 20, storedBytes: 10, ratio: 2 },
  reclaimable: { blobs: 0, bytes: 0, oldest: null },
  approximate: false,
  asOf: "2026-01-01T00:00:00Z",
};

describe("callOperation", () => {
  test("leaves out what it does not know, and reads warnings", async () => {
    answers.set("/v2/_opm/store/stats", () => Response.json({ ...stats, news: 1 }, { headers: { Warning: '299 - "mind the gap"' } }));
    const reply = await callOperation(client().connection(host), "getStats", { query: { namespace: "team" }, what, signal });
    expect(reply).toEqual({ value: stats, next: undefined, warnings: ["mind the gap"] });
    expect(requests.at(-1)).toBe("GET /v2/_opm/store/stats?namespace=team");
  });

  test("an answer that is something else is an error of the registry", async () => {
    answers.set("/v2/_opm/store/stats", () => Response.json({ repositories: "many" }));
    const error = await callOperation(client().connection(host), "getStats", { what, signal }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: "network" });
  });

  test("passes on what the registry says of the question", async () => {
    const errors = (code: string, message: string, status: number) => Response.json({ errors: [{ code, message }] }, { status });
    const failure = async (response: () => Response) => {
      answers.set("/v2/team/app/_opm/tags/resolve", response);
      return await callOperation(client().connection(host), "resolveVersion", { name: "team/app", what, signal }).catch((thrown: unknown) => thrown);
    };
    expect(await failure(() => errors("MANIFEST_UNKNOWN", "no version in ^7; its latest is 1.0", 404))).toMatchObject({
      kind: "not-found",
      message: "cannot do it: no version in ^7; its latest is 1.0",
    });
    expect(await failure(() => errors("VERSION_RANGE_INVALID", "parameter range: odd", 400))).toMatchObject({
      kind: "refused",
      code: "VERSION_RANGE_INVALID",
      message: "cannot do it: parameter range: odd",
    });
    expect(await failure(() => errors("DENIED", "ann may not", 403))).toMatchObject({ kind: "permission" });
    expect(await failure(() => new Response("oops", { status: 500 }))).toMatchObject({ kind: "network" });
  });

  describe("a refusal", () => {
    const path = "/v2/team/app/_opm/tags/resolve";
    const failure = async (status: number, error: { readonly code?: string; readonly message?: string; readonly detail?: unknown }) => {
      answers.set(path, () => Response.json({ errors: [error] }, { status }));
      return await callOperation(client().connection(host), "resolveVersion", { name: "team/app", what, signal }).catch((thrown: unknown) => thrown);
    };

    test.each([
      ["PATH_UNKNOWN", 404, "refused"],
      ["METHOD_NOT_ALLOWED", 405, "refused"],
      ["NAME_UNKNOWN", 404, "not-found"],
      ["VERSION_UNKNOWN", 404, "not-found"],
      ["CONFLICT", 409, "refused"],
      ["BODY_INCOMPLETE", 408, "network"],
      ["POLICY_VIOLATION", 403, "refused"],
      ["DENIED", 403, "permission"],
      ["UNAVAILABLE", 503, "network"],
    ])("%s (%d) is told by its code: %s", async (code, status, kind) => {
      expect(await failure(status, { code, message: "it is so" })).toMatchObject({ kind, code, status, message: expect.stringContaining("it is so") });
    });

    test("that there is no such operation is not that what was asked for is absent, and says so", async () => {
      const error = await failure(404, { code: "PATH_UNKNOWN", message: "there is no operation at this path" });
      expect(error).toMatchObject({
        message: `${what}: ${host} has no such operation (there is no operation at this path): its package API is of another version than this opm`,
      });
    });

    test.each([
      [400, "UNSUPPORTED", "refused"],
      [404, "PATH_UNKNOWN", "refused"],
      [405, "METHOD_NOT_ALLOWED", "refused"],
      [406, "NOT_ACCEPTABLE", "refused"],
      [409, "CONFLICT", "refused"],
      [414, "QUERY_TOO_LONG", "refused"],
      [415, "MEDIA_TYPE_UNSUPPORTED", "refused"],
      [421, "MISDIRECTED", "refused"],
    ])("UNSUPPORTED with %d, of a registry of the version before, is %s", async (status, code, kind) => {
      expect(await failure(status, { code: "UNSUPPORTED", message: "it is so" })).toMatchObject({
        kind,
        code,
        status,
        message: expect.stringContaining("it is so"),
      });
    });

    test("a policy's is one by its detail, too, as the version before and endpoints of the specification have it", async () => {
      const error = await failure(403, { code: "DENIED", message: "1.0.0 does not change", detail: { policy: "versions" } });
      expect(error).toMatchObject({ kind: "refused", code: "POLICY_VIOLATION", message: `${what}: 1.0.0 does not change` });
    });

    test.each([
      [404, "not-found"],
      [409, "refused"],
      [403, "permission"],
      [429, "network"],
      [507, "network"],
    ])("of a code that a later version has means what its status (%d) means: %s", async (status, kind) => {
      expect(await failure(status, { code: "SOMETHING_NEW", message: "it is so" })).toMatchObject({ kind, code: "SOMETHING_NEW", status });
      expect(await failure(status, { message: "it is so" })).toMatchObject({ kind, status });
    });
  });
});

test("callPages follows cursors, and stops with the loop", async () => {
  const page = (namespaces: readonly string[], cursor?: string) => () =>
    Response.json(
      { namespaces: namespaces.map((name) => ({ name, description: null, labels: {}, owner: null, declared: true, repositories: 1 })) },
      cursor === undefined ? {} : { headers: { Link: `</v2/_opm/catalog/namespaces?n=2&cursor=${cursor}>; rel="next"` } },
    );
  answers.set("/v2/_opm/catalog/namespaces?n=2", page(["a", "b"], "two"));
  answers.set("/v2/_opm/catalog/namespaces?n=2&cursor=two", page([], "three"));
  answers.set("/v2/_opm/catalog/namespaces?n=2&cursor=three", page(["c"]));
  const names: string[] = [];
  for await (const { value } of callPages(client().connection(host), "listNamespaces", { query: { n: 2 }, what, signal }))
    names.push(...value.namespaces.map(({ name }) => name));
  expect(names).toEqual(["a", "b", "c"]);
  const before = requests.length;
  for await (const _ of callPages(client().connection(host), "listNamespaces", { query: { n: 2 }, what, signal })) break;
  expect(requests.length).toBe(before + 1);
});

describe("hasPackageApi", () => {
  const discover = (response: () => Response) => {
    answers.set("/v2/_oci/ext/discover", response);
    return hasPackageApi(client().connection(host));
  };

  test("by the list of extensions", async () => {
    expect(await discover(() => Response.json({ extensions: [{ name: "_oci" }, { name: "_opm", endpoints: [] }] }))).toBe(true);
    expect(await discover(() => Response.json({ extensions: [{ name: "_zot" }] }))).toBe(false);
    expect(await discover(() => Response.json({ extensions: null }))).toBe(false);
  });

  test.each([404, 401, 403, 405, 400, 500])("a registry that answers %d has none", async (status) => {
    expect(await discover(() => new Response("no", { status }))).toBe(false);
  });

  test("nor has one that answers with a page or nonsense", async () => {
    expect(await discover(() => new Response("<html>_opm</html>", { headers: { "Content-Type": "text/html" } }))).toBe(false);
    expect(await discover(() => Response.json(["_opm"]))).toBe(false);
  });

  test("one that is busy is not taken for one without", async () => {
    const error = await discover(() => new Response("later", { status: 503 })).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: "network", status: 503 });
  });

  test("is asked once, and says what is refused", async () => {
    answers.set("/v2/_oci/ext/discover", () => new Response("no", { status: 404 }));
    const connection = client().connection(host);
    const before = requests.length;
    const error = await requirePackageApi(connection, "cannot show the history of x").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: "refused", message: expect.stringMatching(/^cannot show the history of x: 127\.0\.0\.1:\d+ has no package API/) });
    await hasPackageApi(connection);
    expect(requests.length).toBe(before + 1);
  });
});
