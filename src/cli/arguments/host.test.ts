import { describe, expect, test } from "bun:test";
import { hostArgument } from "./host.ts";

describe("hostArgument", () => {
  test.each([
    ["localhost:5000/team/*", { registry: "localhost:5000", rest: "team/*" }],
    ["registry.example.com", { registry: "registry.example.com", rest: "" }],
    ["localhost/team", { registry: "localhost", rest: "team" }],
    ["index.docker.io/library", { registry: "docker.io", rest: "library" }],
  ])("%s", async (text, expected) => {
    expect(await hostArgument(text, {})).toEqual(expected);
  });

  test("with a registry all of it is the rest", async () => {
    expect(await hostArgument("v1.0/app", { registry: "localhost:5000" })).toEqual({ registry: "localhost:5000", rest: "v1.0/app" });
    expect(await hostArgument("team", { registry: "LOCALHOST:5000" })).toEqual({ registry: "localhost:5000", rest: "team" });
    expect(await hostArgument("bad_host.x/y", {}).catch((error: unknown) => error)).toMatchObject({ code: "NAME_INVALID" });
  });
});
