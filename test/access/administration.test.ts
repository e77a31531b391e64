import { describe, expect, test } from "bun:test";
import { OPERATIONS, type OperationId } from "../../src/api/operations.ts";
import type { Answer } from "../support/answer.ts";
import { expectError, expectStatus } from "../support/expectations.ts";
import type { RegistryClient } from "../support/registry-client.ts";
import { useRegistry } from "../support/use-registry.ts";
import { useGuardedRegistry } from "./guarded-registry.ts";

const { anonymous, as } = useGuardedRegistry();
const open = useRegistry();

/** A request for each operation; in this order what one makes is there for the next. */
const REQUESTS: Readonly<Record<string, { readonly path: string; readonly body?: unknown }>> = {
  putNamespace: { path: "/api/v1/namespaces/place", body: {} },
  putProject: { path: "/api/v1/projects/place/p", body: {} },
  putRepository: { path: "/api/v1/repositories/place/p/app", body: {} },
  getNamespace: { path: "/api/v1/namespaces/place" },
  getProject: { path: "/api/v1/projects/place/p" },
  deleteRepository: { path: "/api/v1/repositories/place/p/app" },
  deleteProject: { path: "/api/v1/projects/place/p" },
  deleteNamespace: { path: "/api/v1/namespaces/place" },
  exportCatalog: { path: "/api/v1/catalog" },
  applyCatalog: { path: "/api/v1/catalog", body: { catalog: { version: 1 }, dryRun: true } },
  putType: { path: "/api/v1/types", body: { type: "application/vnd.place.*", rule: "deny" } },
  deleteType: { path: "/api/v1/types?type=application/vnd.place.*" },
  listNodes: { path: "/api/v1/nodes" },
  listAudit: { path: "/api/v1/audit" },
  createUser: { path: "/api/v1/users", body: { name: "zoe", password: "password of zoe" } },
  listUsers: { path: "/api/v1/users" },
  getUser: { path: "/api/v1/users/zoe" },
  editUser: { path: "/api/v1/users/zoe", body: { addGroups: ["ops"], disabled: true } },
  setPassword: { path: "/api/v1/users/zoe/password", body: { password: "another password" } },
  getUserRights: { path: "/api/v1/users/zoe/rights?repository=team/app" },
  createToken: { path: "/api/v1/tokens", body: { user: "zoe" } },
  listTokens: { path: "/api/v1/tokens" },
  deleteUser: { path: "/api/v1/users/zoe" },
};

/** Needs the id of a token: see accounts.test.ts. */
const ELSEWHERE: readonly OperationId[] = ["revokeToken"];

const IDS = (Object.keys(OPERATIONS) as OperationId[]).filter((id) => OPERATIONS[id].group === "administration" && !ELSEWHERE.includes(id));

function send(client: RegistryClient, id: OperationId): Promise<Answer> {
  const { path, body } = REQUESTS[id] ?? { path: "" };
  const options = body === undefined ? {} : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
  return client.request(OPERATIONS[id].method, path, options);
}

test("every operation of the administration is tried", () => {
  expect(Object.keys(REQUESTS).sort()).toEqual(IDS.toSorted());
});

describe.each(Object.keys(REQUESTS) as OperationId[])("%s", (id) => {
  test("is for administrators, and nobody else learns anything", async () => {
    // As lists are: anonymous may pull something here, and sees no more than that.
    const reads = id === "getNamespace" || id === "getProject";
    const unknown = id === "getNamespace" ? "NAMESPACE_UNKNOWN" : "PROJECT_UNKNOWN";
    const asked = await send(anonymous, id);
    if (reads) expectError(asked, 404, unknown);
    else expectError(asked, 401, "UNAUTHORIZED");
    if (!reads) expect(asked.headers.get("WWW-Authenticate")).toContain("Bearer realm=");
    for (const user of ["puller", "pusher", "deleter", "writer", "stranger"] as const) {
      const refused = await send(as(user), id);
      if (reads) expectError(refused, 404, unknown);
      else expectError(refused, 403, "DENIED");
    }
    expectStatus(await send(as("admin"), id), 200);
  });

  test("is open where everything is", async () => {
    expectStatus(await send(open.client, id), 200);
  });
});
