import { describe, expect, test } from "bun:test";
import { plainResolve } from "./resolve.ts";
import { MemoryRegistry } from "./testing/memory-registry.ts";

function multiPlatform() {
  const registry = new MemoryRegistry();
  const amd64 = { ...registry.image("app", [], { platform: "linux/amd64" }), platform: { os: "linux", architecture: "amd64" } };
  const arm64 = { ...registry.image("app", [], { platform: "linux/arm64/v8" }), platform: { os: "linux", architecture: "arm64", variant: "v8" } };
  const both = registry.index("app", ["1.0.0"], [amd64, arm64]);
  const one = registry.index("app", ["1.1.0"], [amd64]);
  return { registry, repository: registry.open("app"), amd64, arm64, both, one };
}

describe("plainResolve", () => {
  test("the highest version of a range that has the platform", async () => {
    const { repository, arm64, both, one } = multiPlatform();
    const highest = await plainResolve(repository, { range: "^1" });
    expect(highest).toMatchObject({ tag: "1.1.0", version: "1.1.0", descriptor: { digest: one.digest }, platform: null, source: "computed" });
    const suited = await plainResolve(repository, { range: "^1", platform: "linux/arm64" });
    expect(suited).toMatchObject({ tag: "1.0.0", descriptor: { digest: both.digest }, platform: { digest: arm64.digest } });
    expect(suited.contentType).toBe("application/vnd.oci.image.config.v1+json");
  });

  test("the image in an index inside an index, whether the outer one names platforms or not", async () => {
    const registry = new MemoryRegistry();
    const image = { ...registry.image("app", [], { platform: "linux/arm64" }), platform: { os: "linux", architecture: "arm64" } };
    const attestation = { ...registry.image("app", []), platform: { os: "unknown", architecture: "unknown" } };
    const inner = registry.index("app", [], [image, attestation]);
    const other = { ...registry.index("app", [], [attestation]), platform: { os: "linux", architecture: "arm64" } };
    registry.index("app", ["1.0.0"], [{ ...inner, platform: { os: "linux", architecture: "arm64" } }]);
    registry.index("app", ["1.1.0"], [inner]);
    registry.index("app", ["1.2.0"], [other, { ...inner, platform: { os: "linux", architecture: "arm64", variant: "v8" } }]);
    for (const tag of ["1.0.0", "1.1.0", "1.2.0"]) {
      const { platform } = await plainResolve(registry.open("app"), { tag, platform: "linux/arm64" });
      expect(platform).toMatchObject({ digest: image.digest, platform: { architecture: "arm64" } });
    }
    await expect(plainResolve(registry.open("app"), { tag: "1.1.0", platform: "linux/s390x" })).rejects.toMatchObject({ kind: "not-found" });
  });

  test("without a range the latest version, else latest, else a pre-release", async () => {
    const registry = new MemoryRegistry();
    registry.image("app", ["2.0.0-rc.1"]);
    expect((await plainResolve(registry.open("app"), {})).tag as string).toBe("2.0.0-rc.1");
    registry.image("app", ["latest"], { platform: "linux/s390x" });
    expect((await plainResolve(registry.open("app"), {})).tag as string).toBe("latest");
    registry.image("app", ["1.0.0"]);
    expect((await plainResolve(registry.open("app"), {})).tag as string).toBe("1.0.0");
    expect((await plainResolve(registry.open("app"), { tag: "latest", platform: "linux/s390x" })).platform?.platform).toEqual({
      os: "linux",
      architecture: "s390x",
    });
  });

  test("says what was looked for when nothing suits", async () => {
    const { repository } = multiPlatform();
    const error = await plainResolve(repository, { range: "^3", platform: "linux/arm64" }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ kind: "not-found", message: "registry.test/app has no version in ^3 for linux/arm64; its latest version is 1.1.0" });
    const unknown = await plainResolve(new MemoryRegistry().open("app"), {}).catch((thrown: unknown) => thrown);
    expect(unknown).toMatchObject({ kind: "not-found" });
  });
});
