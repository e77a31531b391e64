import { expect, test } from "bun:test";
import { expectError, expectSameHead, expectStatus } from "../support/expectations.ts";
import { useRegistry } from "../support/use-registry.ts";

const { client } = useRegistry();

test("GET /v2/ tells that this is a registry (end-1)", async () => {
  const answer = await client.get("/v2/");
  expectStatus(answer, 200);
  expect(answer.headers.get("Content-Type")).toStartWith("application/json");
  expect(answer.json()).toBeObject();
});

test("HEAD /v2/ tells what GET tells", async () => {
  expectSameHead(await client.head("/v2/"), await client.get("/v2/"));
});

test("an unknown path under /v2/ is 404 with an error body", async () => {
  expectError(await client.get("/v2/some/repository/nothing/here"), 404);
});
