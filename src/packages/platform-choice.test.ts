import { describe, expect, test } from "bun:test";
import type { Platform } from "../oci/descriptor.ts";
import { type Digest, digestOf } from "../oci/digest.ts";
import { OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST } from "../oci/media-types.ts";
import { parsePlatform } from "../oci/platform.ts";
import { type Choosable, chooseForPlatform, type NamedManifest, nothingForPlatform } from "./platform-choice.ts";

const platformOf = (text: string): Platform => parsePlatform(text) ?? { os: "", architecture: "" };

/** Manifests in memory, and what was read of them. */
class Manifests {
  readonly #all = new Map<Digest, Choosable>();
  readonly read: Digest[] = [];

  image(name: string, ...platforms: readonly string[]): NamedManifest {
    const named = { mediaType: OCI_IMAGE_MANIFEST, digest: digestOf(name), size: 1, artifactType: undefined };
    this.#all.set(named.digest, { kind: "image", named, children: async () => [], platforms: async () => platforms });
    return named;
  }

  index(name: string, ...children: readonly NamedManifest[]): NamedManifest {
    const named = { mediaType: OCI_IMAGE_INDEX, digest: digestOf(name), size: 1, artifactType: undefined };
    this.#all.set(named.digest, { kind: "index", named, children: async () => children, platforms: async () => [] });
    return named;
  }

  async choose(root: NamedManifest, wanted: string): Promise<NamedManifest | undefined> {
    const artifact = this.#all.get(root.digest);
    if (artifact === undefined) throw new Error("no such manifest");
    const read = async (digest: Digest) => {
      this.read.push(digest);
      return this.#all.get(digest);
    };
    return await chooseForPlatform(artifact, platformOf(wanted), read);
  }
}

const on = (named: NamedManifest, text: string): NamedManifest => ({ ...named, platform: platformOf(text) });

describe("the manifest for a platform", () => {
  test("is the image itself where it is for it, or names none", async () => {
    const all = new Manifests();
    const [arm, any] = [all.image("arm", "linux/arm64"), all.image("any")];
    expect(await all.choose(arm, "linux/aarch64")).toEqual(on(arm, "linux/arm64"));
    expect(await all.choose(arm, "linux/amd64")).toBeUndefined();
    expect(await all.choose(any, "plan9/mips")).toEqual(any);
  });

  test("is the child that matches best, and no child is read for it", async () => {
    const all = new Manifests();
    const [v6, v7] = [on(all.image("v6"), "linux/arm/v6"), on(all.image("v7"), "linux/arm/v7")];
    const index = all.index("index", v6, v7);
    expect([await all.choose(index, "linux/armhf"), await all.choose(index, "linux/arm")]).toEqual([v7, v6]);
    expect(all.read).toEqual([]);
  });

  test("is in an index inside an index, whether the outer one names platforms or not; the next is tried where it is not", async () => {
    const all = new Manifests();
    const image = on(all.image("image"), "linux/arm64");
    const inner = all.index("inner", image);
    const other = on(all.index("other"), "linux/arm64");
    for (const index of [all.index("named", on(inner, "linux/arm64")), all.index("unnamed", inner), all.index("second", other, on(inner, "linux/arm64/v8"))]) {
      expect(await all.choose(index, "linux/arm64")).toEqual(image);
    }
  });

  test("is told by its own config where the index does not say", async () => {
    const all = new Manifests();
    const [amd, arm] = [all.image("amd", "linux/amd64"), all.image("arm", "linux/arm64")];
    expect(await all.choose(all.index("index", amd, arm), "linux/arm64")).toEqual(on(arm, "linux/arm64"));
  });

  test("is none in an index that holds itself", async () => {
    const all = new Manifests();
    const index = all.index("index", { mediaType: OCI_IMAGE_INDEX, digest: digestOf("index"), size: 1, artifactType: undefined });
    expect(await all.choose(index, "linux/arm64")).toBeUndefined();
    expect(all.read.length).toBeLessThan(10);
  });
});

test("what there is instead is said", () => {
  const wanted = platformOf("linux/s390x");
  expect(nothingForPlatform("app:1", wanted)).toBe("app:1 has nothing for linux/s390x");
  expect(nothingForPlatform("app:1", wanted, [])).toBe("app:1 has nothing for linux/s390x: it names no platforms");
  expect(nothingForPlatform("app:1", wanted, [platformOf("linux/amd64"), platformOf("linux/amd64")])).toBe(
    "app:1 has nothing for linux/s390x: it has linux/amd64",
  );
});
