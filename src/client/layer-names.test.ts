import { expect, test } from "bun:test";
import { hasFileName } from "../artifacts/well-known/file-names.ts";
import { WELL_KNOWN_TYPES } from "../artifacts/well-known.ts";
import { digestOf } from "../oci/digest.ts";
import { parseManifest } from "../oci/manifest.ts";
import { OCI_IMAGE_MANIFEST } from "../oci/media-types.ts";
import type { RepositoryName } from "../oci/name.ts";
import { parseTag } from "../oci/tag.ts";
import type { ContentSource } from "./content/content.ts";
import { bytesOf } from "./content/verified.ts";
import { fileNamesOf } from "./file-names.ts";
import { namesByType } from "./layer-names.ts";

const CHART = "application/vnd.cncf.helm.config.v1+json";
const [CHART_LAYER, PROVENANCE] = ["application/vnd.cncf.helm.chart.content.v1.tar+gzip", "application/vnd.cncf.helm.chart.provenance.v1.prov"] as const;

const describeBytes = (mediaType: string, text: string) => {
  const bytes = new TextEncoder().encode(text);
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
};

interface Sample {
  readonly type: string;
  readonly layers: readonly string[];
  readonly tag?: string;
  readonly config?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly repository?: string;
}

async function namesOf({ type, layers, tag, config = "{}", annotations = {}, repository = "charts/web" }: Sample): Promise<string[]> {
  const described = layers.map((mediaType, at) => describeBytes(mediaType, `layer ${at}`));
  const document = { schemaVersion: 2, mediaType: OCI_IMAGE_MANIFEST, config: describeBytes(type, config), layers: described, annotations };
  const bytes = new TextEncoder().encode(JSON.stringify(document));
  const source = {
    location: { registry: "localhost:5000", repository: repository as RepositoryName },
    blob: () => bytesOf(new TextEncoder().encode(config)),
  } as unknown as ContentSource;
  const reference = tag === undefined ? digestOf(bytes) : parseTag(tag);
  return fileNamesOf(described, await namesByType({ source, parsed: parseManifest(bytes, undefined), artifactType: type, reference }, undefined));
}

test("a chart and its provenance are called as helm pull calls them", async () => {
  const layers = [CHART_LAYER, PROVENANCE];
  expect(await namesOf({ type: CHART, layers, tag: "2.0.0" })).toEqual(["web-2.0.0.tgz", "web-2.0.0.tgz.prov"]);
  expect(await namesOf({ type: CHART, layers, tag: "2.0.0-rc.1_build.5" })).toEqual(["web-2.0.0-rc.1+build.5.tgz", "web-2.0.0-rc.1+build.5.tgz.prov"]);
  expect(await namesOf({ type: CHART, layers: [CHART_LAYER], tag: "latest_one" })).toEqual(["web-latest_one.tgz"]);
});

test("without a tag it is called as it calls itself, unless that is no name of a file", async () => {
  const chart = (config: string, annotations = {}) => namesOf({ type: CHART, layers: [CHART_LAYER], config, annotations });
  expect(await chart('{"name":"web","version":"1.0.0+a"}')).toEqual(["web-1.0.0+a.tgz"]);
  expect(await chart("{}", { "org.opencontainers.image.version": "3.1.4" })).toEqual(["web-3.1.4.tgz"]);
  for (const config of ['{"name":"web","version":"../../etc/x"}', '{"name":"../web","version":"1"}', "nonsense", "{}"]) {
    expect((await chart(config)).join()).toMatch(/^web-[0-9a-f]{12}\.tgz$/);
  }
});

test("several of one kind have a part of their digests", async () => {
  const names = await namesOf({ type: "application/spdx+json", layers: ["application/spdx+json", "application/spdx+json"], tag: "v1" });
  expect(names).toEqual([expect.stringMatching(/^sbom-[0-9a-f]{12}\.spdx\.json$/), expect.stringMatching(/^sbom-[0-9a-f]{12}\.spdx\.json$/)]);
  expect(new Set(names).size).toBe(2);
});

test("a title goes before all; what nobody knows is called by its digest", () => {
  const [one, two] = [describeBytes("text/plain", "1"), describeBytes("text/plain", "2")];
  const titled = { ...one, annotations: { "org.opencontainers.image.title": "a.txt" } };
  expect(fileNamesOf([titled, two], () => "b.txt")).toEqual(["a.txt", "b.txt"]);
  expect(fileNamesOf([titled, two], () => "a.txt")).toEqual(["a.txt", expect.stringMatching(/^a-[0-9a-f]{12}\.txt$/)]);
  expect(fileNamesOf([two], () => "../b")).toEqual([two.digest.slice(7)]);
  expect(fileNamesOf([two])).toEqual([two.digest.slice(7)]);
});

/** Parts of file systems, and caches: no files. */
const NO_FILES =
  /^application\/vnd\.(?:oci\.image|docker\.container\.image|docker\.plugin|docker\.attestation|buildkit)|^application\/vnd\.dev\.cosign\.artifact/;

test("every well-known type says how its files are called", () => {
  const silent = WELL_KNOWN_TYPES.filter(
    ({ type, layerMediaTypes, fileNames }) => !NO_FILES.test(type) && layerMediaTypes.some((layer) => fileNames[layer.toLowerCase()] === undefined),
  );
  expect(silent.map(({ type }) => type)).toEqual([]);
});

test("whatever a type names is known to have a name before the types are loaded, in any case", () => {
  const named = WELL_KNOWN_TYPES.flatMap(({ fileNames }) => Object.keys(fileNames));
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter((mediaType) => !hasFileName(mediaType) || !hasFileName(mediaType.toUpperCase()))).toEqual([]);
  expect(["application/vnd.oci.image.layer.v1.tar+gzip", "constructor", ""].filter(hasFileName)).toEqual([]);
});
