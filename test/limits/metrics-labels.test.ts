import { expect, test } from "bun:test";
import { configBlob } from "../support/content.ts";
import { expectStatus } from "../support/expectations.ts";
import { useRegistry } from "../support/use-registry.ts";
import { headOf, openConnection } from "./connection.ts";

const { client, server } = useRegistry();

/** Series of the metrics about requests. */
async function requestSeries(): Promise<string[]> {
  const answer = await client.get("/metrics");
  expectStatus(answer, 200);
  return answer
    .text()
    .split("\n")
    .filter((line) => line.startsWith("opm_http_requests_total{"));
}

test("requests are counted by the name of their route, and those for nothing together", async () => {
  for (const path of [
    "/healthz",
    "/token",
    "/v2/",
    "/v2/a/tags/list",
    "/v2/_opm/types/list",
    "/api/v1/openapi.json",
    "/nothing",
    "/v2/nothing",
    "/api/v1/nothing",
  ]) {
    await client.get(path);
  }
  const names = (await requestSeries()).map((line) => /endpoint="([^"]*)"/.exec(line)?.[1] ?? "");
  expect(names).toEqual(expect.arrayContaining(["health", "token", "base", "tags", "listTypes", "openapi", "other", "package-api"]));
});

test("what clients invent is no label: names, references, paths and methods leave the number of series as it is", async () => {
  const attack = async (round: number) => {
    const { digest } = configBlob();
    for (const path of [`/v2/name-${round}/tags/list`, `/v2/a/manifests/tag-${round}`, `/v2/a/blobs/${digest}`, `/path-${round}`, `/v2/x/y-${round}`])
      await client.get(path);
    const connection = await openConnection(server().url);
    await connection.write(headOf(`${["PROPFIND", "TRACE", "LOCK", "SEARCH"][round % 4]} /v2/`));
    expect((await connection.answer()).status).toBeOneOf([400, 405]);
    connection.destroy();
  };
  for (let round = 0; round < 4; round++) await attack(round);
  const before = await requestSeries();
  for (let round = 4; round < 60; round++) await attack(round);
  const after = await requestSeries();
  expect(after.length).toBeLessThanOrEqual(before.length + 1);
  expect(after.join("\n")).not.toMatch(/name-|tag-|path-|PROPFIND|TRACE|LOCK/);
});
