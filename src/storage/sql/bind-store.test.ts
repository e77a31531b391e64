import { describe, expect, test } from "bun:test";
import { digestOf } from "../../oci/digest.ts";
import { MetadataStoreError } from "../metadata/error.ts";
import type { ManifestPut } from "../metadata/manifests.ts";
import type { MetadataStore } from "../metadata/store.ts";
import { imageDocument, NOW, newName, RepositoryFixture, unknownDigest } from "../metadata/testing/fixture.ts";
import { bindStore } from "./bind-store.ts";
import { sqliteDialect } from "./engine/dialects.ts";
import { executor } from "./engine/executor.ts";
import type { NamedOperation } from "./operation.ts";
import { MIGRATIONS } from "./schema/migrations.ts";

interface Call {
  readonly name: string;
  readonly kind: NamedOperation["kind"];
  readonly parameters: readonly unknown[];
}

/** A store whose driver notes changes and has nothing to say to questions, but that programs must know this version of the schema. */
function noting(program = () => 0): { readonly store: MetadataStore; readonly changes: Call[]; readonly questions: string[] } {
  const [changes, questions]: [Call[], string[]] = [[], []];
  const store = bindStore({
    reader: executor(sqliteDialect, async ({ text }) => {
      questions.push(text);
      return text.includes("schema_program") ? [{ rights: 1, catalog: 1, program: program() }] : [];
    }),
    write: async ({ name, kind }, parameters) => void changes.push({ name, kind, parameters }),
    check: async () => undefined,
    close: async () => undefined,
  });
  return { store, changes, questions };
}

describe("the ports over a driver", () => {
  test("questions go to the reader, and changes to the writer by name, with what they may lose", async () => {
    const { store, changes, questions } = noting();
    const digest = digestOf("x");
    expect(await store.blobs.find(newName(), digest)).toBeUndefined();
    expect([questions.length, changes]).toEqual([1, []]);
    await store.collection.finish([{ digest }], NOW);
    await store.blobs.reserve(digest, NOW + 1, NOW);
    expect([questions.length, changes]).toEqual([
      1,
      [
        { name: "collection.finish", kind: "change", parameters: [[{ digest }], NOW] },
        { name: "blobs.reserve", kind: "relaxed", parameters: [digest, NOW + 1, NOW] },
      ],
    ]);
  });

  test("a program that has become too old for the schema changes nothing any more, reads on, and is not well", async () => {
    let asked = MIGRATIONS.length;
    const { store, changes } = noting(() => asked);
    const reserve = () => store.blobs.reserve(digestOf("x"), NOW + 1, NOW);
    await store.check();
    await reserve();
    asked = MIGRATIONS.length + 1;
    expect((await store.definitions.rights()).program).toBe(asked);
    for (const refused of [reserve(), store.tags.countPulls([]), store.check()]) {
      const error = await refused.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(MetadataStoreError);
      expect(error).toMatchObject({ reason: "newer-schema", message: expect.stringContaining(`programs that know schema version ${asked}`) });
    }
    expect(await store.blobs.find(newName(), digestOf("x"))).toBeUndefined();
    expect(changes).toHaveLength(1);
    // The upgrade failed, and was taken back.
    asked = MIGRATIONS.length;
    await store.check();
    await reserve();
    expect(changes).toHaveLength(2);
  });

  test("a part of a larger buffer is copied, so that a message takes no more along", async () => {
    const { store, changes } = noting();
    const { body, digest } = imageDocument(unknownDigest());
    const larger = new Uint8Array(body.length + 1000);
    larger.set(body, 500);
    const part = larger.subarray(500, 500 + body.length);
    await new RepositoryFixture(store).put({ digest, body: part });
    const sent = (changes[0]?.parameters[0] as ManifestPut | undefined)?.body;
    expect([sent, sent?.buffer.byteLength]).toEqual([part, body.length]);
  });
});
