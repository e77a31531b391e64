import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import type { Right, Route } from "../../src/server/route.ts";
import { matchRoute, ROUTES } from "../../src/server/routes.ts";
import { surfaceOf } from "../../src/server/surface.ts";
import { imageOf, randomBlob, referrerOf } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import { type RegistryClient, registryClient } from "../support/registry-client.ts";
import { type Furnished, OPERATIONS } from "./endpoints.ts";
import { EXTENSION_OPERATIONS } from "./extension-endpoints.ts";
import { basic, useGuardedRegistry } from "./guarded-registry.ts";

const { anonymous, with: withAuthorization } = useGuardedRegistry();

/** Takes requests and says yes. */
let recorder: ReturnType<typeof Bun.serve>;
const recorded: { readonly method: string; readonly path: string }[] = [];
beforeAll(() => {
  recorder = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch({ method, url }) {
      recorded.push({ method, path: new URL(url).pathname });
      return new Response();
    },
  });
});
afterAll(() => recorder.stop(true));

const blob = randomBlob();
const image = imageOf(blob, [blob]);
const repository = "team/app";
const FURNISHED: Furnished = {
  repository,
  blob,
  image,
  referrer: referrerOf(image, "application/vnd.example.note"),
  session: `/v2/${repository}/blobs/uploads/${crypto.randomUUID()}`,
};

/** What a method of a path takes, e.g. `GET /v2/{name}/tags/list: pull`. */
const lineOf = (method: string, path: string, right: Right) => `${method} ${path}: ${typeof right === "string" ? right : right.join()}`;
const linesOf = ({ methods, path, right }: Route) => methods.map((method) => lineOf(method, path, right));

test("each method of each route that takes a right on a repository has its case, with the right that it takes", async () => {
  const tried = new Set<string>();
  for (const { name, action, tells = false, send } of [...OPERATIONS, ...EXTENSION_OPERATIONS]) {
    recorded.length = 0;
    await send(
      registryClient(() => recorder.url.href),
      FURNISHED,
    );
    expect([name, recorded.length]).toEqual([name, 1]);
    const [{ method, path } = { method: "", path: "" }] = recorded;
    const route = matchRoute(path, surfaceOf(path))?.endpoint.methods.get(method);
    if (route === undefined) throw new Error(`${name}: no route has ${method} ${path}`);
    tried.add(lineOf(method, route.path, tells ? [action, "pull"] : [action]));
  }
  // HEAD of the package API is GET without a body.
  const known = ROUTES.filter(({ right }) => typeof right === "object").flatMap(linesOf);
  expect([...tried].sort()).toEqual(known.filter((line) => !line.startsWith("HEAD ") || !line.includes("/_opm/")).toSorted());
});

/** A request of a route, for things that there need not be. */
function send(client: RegistryClient, method: string, path: string) {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, parameter: string) => (parameter === "name" ? repository : parameter));
  const body = method === "GET" || method === "HEAD" ? {} : { headers: { "Content-Type": "application/json" }, body: "{}" };
  return client.request(method, filled, body);
}

const GUARDED = ROUTES.filter(({ right }) => right !== "public").flatMap(({ methods, path, right }) => methods.map((method) => ({ method, path, right })));

describe.each(GUARDED)("$method $path", ({ method, path, right }) => {
  test("takes no wrong credentials", async () => {
    expectStatus(await send(withAuthorization(basic("puller", "wrong")), method, path), 401);
  });

  // Lists show anonymous what is public.
  if (right !== "catalog" && right !== "anyone") {
    test("asks anonymous to log in", async () => {
      const answer = await send(anonymous, method, path);
      expectStatus(answer, 401);
      expect(answer.headers.get("WWW-Authenticate")).toStartWith("Bearer realm=");
    });
  }
});
