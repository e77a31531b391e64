import { describe, expect, test } from "bun:test";
import { bytesOf, collect } from "../../../client/content/verified.ts";
import type { Descriptor } from "../../../oci/descriptor.ts";
import { digestOf } from "../../../oci/digest.ts";
import { OCI_EMPTY, OCI_IMAGE_INDEX, OCI_IMAGE_MANIFEST } from "../../../oci/media-types.ts";
import type { Tag } from "../../../oci/tag.ts";
import type { ComponentStore } from "../component-store.ts";

/** A driver under test. */
export interface StoreSubject {
  /** Opens one and the same place, empty at first. */
  open(access: "read" | "write"): Promise<ComponentStore>;
  /** False where what was written is there before `close`, and stays after `discard`. */
  readonly isTransactional: boolean;
}

const tag = (text: string) => text as Tag;

/** What every driver of `ComponentStore` does. @param create makes a new place for each case */
export function componentStoreCases(name: string, create: () => Promise<StoreSubject>): void {
  describe(`component store: ${name}`, () => {
    test("a repository that is not there is empty", async () => {
      const store = await (await create()).open("write");
      const source = store.source(store.repository("acme/none"));
      expect((await source.manifest(tag("v1")).catch((error) => error)).kind).toBe("not-found");
      expect((await source.tags().catch((error) => error)) as unknown).toSatisfy((found) => (Array.isArray(found) ? found.length === 0 : true));
      await store.discard();
    });

    test("what was written is read after it was closed", async () => {
      const subject = await create();
      const store = await subject.open("write");
      const repository = store.repository("acme/app");
      const image = await putImage(store, "hello", ["v1", "latest"]);
      await store.close();
      const read = await subject.open("read");
      const source = read.source(repository);
      expect(await source.tags()).toEqual([tag("latest"), tag("v1")]);
      expect((await source.manifest(tag("v1"))).descriptor).toEqual(image.manifest);
      expect((await source.manifest(image.manifest.digest)).descriptor).toEqual(image.manifest);
      expect(new TextDecoder().decode(await collect(source.blob(image.layer)))).toBe("hello");
      expect(await Array.fromAsync(read.repositories())).toContain(repository);
      await read.close();
    });

    test("a tag moves", async () => {
      const subject = await create();
      const first = await subject.open("write");
      await putImage(first, "one", ["v1"]);
      await first.close();
      const second = await subject.open("write");
      const after = await putImage(second, "two", ["v1"]);
      await second.close();
      const read = await subject.open("read");
      const source = read.source(read.repository("acme/app"));
      expect((await source.manifest(tag("v1"))).descriptor.digest).toBe(after.manifest.digest);
      await read.close();
    });

    test("content that is there is seen before it is sent", async () => {
      const store = await (await create()).open("write");
      const { layer, manifest } = await putImage(store, "hello", ["v1"]);
      const target = store.target(store.repository("acme/app"));
      expect(await target.hasBlob(layer)).toBe(true);
      expect(await target.hasManifest(manifest)).toBe(true);
      expect(await target.hasBlob(descriptorOf(new TextEncoder().encode("other"), "text/plain"))).toBe(false);
      await store.close();
    });

    test("bytes that are not what their digest says are not stored", async () => {
      const store = await (await create()).open("write");
      const target = store.target(store.repository("acme/app"));
      const descriptor = descriptorOf(new TextEncoder().encode("right"), "text/plain");
      const error = await target.putBlob({ descriptor, open: () => bytesOf(new TextEncoder().encode("wrong")) }).catch((cause) => cause);
      expect(error).toBeInstanceOf(Error);
      expect(await target.hasBlob(descriptor)).toBe(false);
      await store.discard();
    });

    test("any OCI content is kept: an index, and what refers to an artifact", async () => {
      const subject = await create();
      const store = await subject.open("write");
      const target = store.target(store.repository("acme/app"));
      const image = await putImage(store, "hello", []);
      const index = jsonManifest(OCI_IMAGE_INDEX, { manifests: [image.manifest] });
      await target.putManifest(index, { tags: [tag("multi")] });
      const artifacts = ["one", "two"].map((text) =>
        jsonManifest(OCI_IMAGE_MANIFEST, { artifactType: `text/${text}`, config: image.config, layers: [image.config], subject: index.descriptor }),
      );
      await Promise.all(artifacts.map((artifact) => target.putManifest(artifact)));
      await store.close();
      const read = await subject.open("read");
      const source = read.source(read.repository("acme/app"));
      expect((await source.manifest(tag("multi"))).descriptor.mediaType).toBe(OCI_IMAGE_INDEX);
      const referrers = await source.referrers(index.descriptor.digest);
      expect(referrers.map(({ artifactType }) => artifactType).sort()).toEqual(["text/one", "text/two"]);
      await read.close();
    });

    test("what was discarded is not there where a place is written as a whole", async () => {
      const subject = await create();
      const kept = await subject.open("write");
      await putImage(kept, "kept", ["v1"]);
      await kept.close();
      const store = await subject.open("write");
      await putImage(store, "dropped", ["v2"]);
      await store.discard();
      const read = await subject.open("read");
      const tags = await read.source(read.repository("acme/app")).tags();
      expect(tags).toEqual(subject.isTransactional ? [tag("v1")] : [tag("v1"), tag("v2")]);
      await read.close();
    });

    test("names are checked", async () => {
      const store = await (await create()).open("write");
      expect(() => store.repository("Acme/App")).toThrow();
      expect(() => store.repository("../app")).toThrow();
      await store.discard();
    });

    test("many blobs at once, some the same", async () => {
      const subject = await create();
      const store = await subject.open("write");
      const target = store.target(store.repository("acme/app"));
      const contents = Array.from({ length: 40 }, (_, at) => new Uint8Array(1000 * (at % 20)).fill(at % 20));
      await Promise.all(contents.map((bytes) => target.putBlob({ descriptor: descriptorOf(bytes, "text/plain"), open: () => bytesOf(bytes) })));
      await putImage(store, "last", ["v1"]);
      await store.close();
      const read = await subject.open("read");
      const source = read.source(read.repository("acme/app"));
      for (const bytes of contents) expect(await collect(source.blob(descriptorOf(bytes, "text/plain")))).toEqual(Buffer.from(bytes));
      await read.close();
    });
  });
}

interface PutImage {
  readonly manifest: Descriptor;
  readonly config: Descriptor;
  readonly layer: Descriptor;
}

async function putImage(store: ComponentStore, text: string, tags: readonly string[]): Promise<PutImage> {
  const target = store.target(store.repository("acme/app"));
  const [config, layer] = [new TextEncoder().encode("{}"), new TextEncoder().encode(text)];
  const parts = { config: descriptorOf(config, OCI_EMPTY), layer: descriptorOf(layer, "text/plain") };
  await target.putBlob({ descriptor: parts.config, open: () => bytesOf(config) });
  await target.putBlob({ descriptor: parts.layer, open: () => bytesOf(layer) });
  const manifest = jsonManifest(OCI_IMAGE_MANIFEST, { config: parts.config, layers: [parts.layer] });
  await target.putManifest(manifest, { tags: tags.map(tag), listed: true });
  return { manifest: manifest.descriptor, ...parts };
}

function jsonManifest(mediaType: string, fields: Readonly<Record<string, unknown>>) {
  const bytes = new TextEncoder().encode(JSON.stringify({ schemaVersion: 2, mediaType, ...fields }));
  return { descriptor: descriptorOf(bytes, mediaType), bytes };
}

function descriptorOf(bytes: Uint8Array, mediaType: string): Descriptor {
  return { mediaType, digest: digestOf(bytes), size: bytes.length };
}
