import { describe, expect, test } from "bun:test";
import type { RepositoryName } from "../../oci/name.ts";
import { ClientError } from "../client-error.ts";
import { plainPackages, plainSearch } from "./packages.ts";

const NAMES = ["library/alpine", "team/web/app", "team/web/api", "team/tool", "single"] as RepositoryName[];

function from(names: readonly RepositoryName[] = NAMES) {
  return {
    registry: "registry.test",
    names: (async function* () {
      yield* names;
    })(),
  };
}

function refusing(kind: "permission" | "not-found", status: number) {
  return {
    registry: "registry.test",
    names: { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new ClientError(kind, "no", { status })) }) },
  };
}

const page = { limit: 10 };

describe("plainPackages", () => {
  test("by names, and by what follows from them", async () => {
    const names = async (query: Parameters<typeof plainPackages>[1]) =>
      (await plainPackages(from(), query, page)).repositories.map(({ name }) => name as string);
    expect(await names({})).toEqual(["library/alpine", "single", "team/tool", "team/web/api", "team/web/app"]);
    expect(await names({ name: "team/*" })).toEqual(["team/tool"]);
    expect(await names({ name: "ap", project: "web" })).toEqual(["team/web/api", "team/web/app"]);
    expect(await names({ namespace: "library", sort: "-name" })).toEqual(["single", "library/alpine"]);
    expect(await plainPackages(from(), { total: true }, { limit: 2 })).toMatchObject({ more: true, total: { count: 5, approximate: false } });
  });

  test("other filters are refused by name", async () => {
    const error = await plainPackages(from(), { signed: true }, page).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: "refused", message: expect.stringContaining("cannot filter by signed: registry.test has no package API") });
  });

  test("a registry that lists nothing", async () => {
    const unknown = await plainPackages(refusing("not-found", 404), {}, page).catch((thrown: unknown) => thrown);
    expect(unknown).toMatchObject({ kind: "refused", message: expect.stringContaining("opm versions registry.test/<name>") });
    const denied = await plainPackages(refusing("permission", 403), {}, page).catch((thrown: unknown) => thrown);
    expect(denied).toMatchObject({ kind: "permission" });
    const stranger = await plainPackages(refusing("permission", 401), {}, page).catch((thrown: unknown) => thrown);
    expect(stranger).toMatchObject({ kind: "permission", message: expect.stringContaining("docker login registry.test") });
  });
});

test("plainSearch ranks by the name", async () => {
  const { results } = await plainSearch(from(), { q: "ap" }, page);
  expect(results.map(({ name }) => name as string)).toEqual(["team/web/api", "team/web/app"]);
  expect((await plainSearch(from(), { q: "app" }, page)).results).toMatchObject([{ name: "team/web/app", score: 3 }]);
});
