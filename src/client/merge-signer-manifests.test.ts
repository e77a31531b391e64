import { expect, test } from "bun:test";
import { mergeSignerManifests } from "./merge-signer-manifests.ts";
import { signerLayers } from "./signer-tags.ts";
import { manifestOf } from "./testing/sample.ts";

const config = { mediaType: "application/vnd.oci.image.config.v1+json", digest: `sha256:${"0".repeat(64)}`, size: 2 };
const layer = (letter: string) => ({ mediaType: "application/vnd.dev.cosign.simplesigning.v1+json", digest: `sha256:${letter.repeat(64)}`, size: 1 });
const signed = (...letters: string[]) => manifestOf({ config, layers: letters.map(layer) });
const letters = (manifest: ReturnType<typeof mergeSignerManifests>) => manifest && signerLayers(manifest).map(({ digest }) => digest[7]);

test.each<[string, string[], string[] | undefined, string[] | undefined]>([
  ["none is there", ["a"], undefined, ["a"]],
  ["the same is there", ["a"], ["a"], undefined],
  ["more is there", ["a"], ["a", "b"], undefined],
  ["less is there", ["a", "b"], ["b"], ["a", "b"]],
  ["others are there", ["a", "b"], ["c", "b"], ["c", "b", "a"]],
])("signatures of both places stay: %s", (_, ours, theirs, expected) => {
  for (const kind of ["sig", "att"] as const) {
    expect(letters(mergeSignerManifests({ kind, manifest: signed(...ours) }, theirs && signed(...theirs)))).toEqual(expected);
  }
});

test("a bill of materials is one", () => {
  expect(letters(mergeSignerManifests({ kind: "sbom", manifest: signed("a") }, signed("b")))).toEqual(["a"]);
  expect(mergeSignerManifests({ kind: "sbom", manifest: signed("a") }, signed("a"))).toBeUndefined();
});
