import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { OCI_IMAGE_INDEX } from "../../src/oci/media-types.ts";
import { type Content, configBlob, descriptorOf, imageOf, type ManifestContent, manifestOf, randomBlob } from "../support/content.ts";
import { type PostgresProxy, startPostgresProxy } from "../support/postgres-proxy.ts";
import { postgresSuite } from "../support/postgres-suite.ts";
import { type RegistryClient, registryClient } from "../support/registry-client.ts";
import { startTestServer, type TestServer } from "../support/server.ts";

const MANIFEST_PUSH = 6;
/** By POST and PUT, and by POST, PATCH and PUT. Each of these requests looks at the rights, unless there are none. */
const BLOB_PUSH = { "with access control": [4, 5], "without access control": [2, 4] } as const;
const ACCESS = { grants: [{ subjects: ["anonymous"], repositories: "**", actions: ["pull", "push"] }] };

const REPOSITORY = "team/app";

/** Counted are round trips one after the other, once each statement is prepared on every connection. */
postgresSuite((database) => {
  describe("round trips to PostgreSQL, each of which takes 1 ms longer", () => {
    let proxy: PostgresProxy;
    let server: TestServer;
    let open: TestServer;
    let client: RegistryClient;

    beforeAll(async () => {
      const direct = await database();
      proxy = await startPostgresProxy(Number(new URL(direct).port), 1);
      const metadata = { driver: "postgres", url: proxy.urlOf(direct) };
      server = await startTestServer({ config: { access: ACCESS, storage: { metadata } } });
      const content = { path: join(server.dataDir, "content") };
      open = await startTestServer({ config: { storage: { metadata, content } } });
      client = registryClient(() => server.url);
    }, 120_000);
    afterAll(async () => {
      await open.stop();
      await server.stop();
      await proxy.close();
    });

    /** The round trips of the last of so many times, which do not hang on what each connection has prepared. */
    const warm = async (work: () => Promise<void>): Promise<number> => {
      let least = Number.POSITIVE_INFINITY;
      for (let time = 0; time < 12; time++) {
        proxy.reset();
        await work();
        least = Math.min(least, proxy.roundTrips());
      }
      return least;
    };

    const pushBlob = async (blob: Content, by = client): Promise<void> => {
      const opened = await by.post(REPOSITORY);
      const closed = await by.close(String(opened.headers.get("Location")), blob.digest, blob.bytes);
      expect(closed.status).toBe(201);
    };

    /** As docker, podman, skopeo and crane do. */
    const patchBlob = async (blob: Content, by = client): Promise<void> => {
      const opened = await by.post(REPOSITORY);
      const patched = await by.patch(String(opened.headers.get("Location")), blob.bytes);
      const closed = await by.close(String(patched.headers.get("Location")), blob.digest);
      expect(closed.status).toBe(201);
    };

    const newImage = async (): Promise<ManifestContent> => {
      const [config, layer] = [configBlob(), randomBlob()];
      await pushBlob(config);
      await pushBlob(layer);
      return imageOf(config, [layer], { annotations: { "org.opencontainers.image.revision": crypto.randomUUID() } });
    };

    const put = async (reference: string, manifest: ManifestContent): Promise<void> => {
      expect((await client.putManifest(REPOSITORY, reference, manifest)).status).toBe(201);
    };

    /** Prepares something and counts only what follows. */
    const afterwards = (prepare: () => Promise<ManifestContent>, reference: () => string | undefined) => async (): Promise<void> => {
      const manifest = await prepare();
      proxy.reset();
      await put(reference() ?? manifest.digest, manifest);
    };

    let tags = 0;
    const newTag = () => `1.0.${tags++}`;
    const newIndex = async (): Promise<ManifestContent> => {
      const children = [await newImage(), await newImage()];
      for (const child of children) await put(child.digest, child);
      const manifests = children.map((child, n) => descriptorOf(child, { platform: { os: "linux", architecture: ["amd64", "arm64"][n] } }));
      return manifestOf({ schemaVersion: 2, mediaType: OCI_IMAGE_INDEX, manifests, annotations: { n: crypto.randomUUID() } });
    };

    const pushes: readonly [what: string, prepare: () => Promise<ManifestContent>, reference: () => string | undefined][] = [
      ["by its digest", newImage, () => undefined],
      ["with a new tag", newImage, newTag],
      ["with a moved tag", newImage, () => "latest"],
      ["with a version that moves, of which the policy warns", newImage, () => "2.0.0"],
      ["of an index with a new tag", newIndex, newTag],
      ["of an index with a moved tag", newIndex, () => "stable"],
    ];
    test.each(pushes)(
      `a push of a manifest %s takes at most ${MANIFEST_PUSH}`,
      async (_, prepare, reference) => {
        expect(await warm(afterwards(prepare, reference))).toBeLessThanOrEqual(MANIFEST_PUSH);
      },
      60_000,
    );

    test.each(Object.entries(BLOB_PUSH))(
      "a push of a blob %s takes so many",
      async (access, [put, patched]) => {
        const by = access === "with access control" ? client : registryClient(() => open.url);
        expect(await warm(() => pushBlob(randomBlob(), by))).toBe(put);
        expect(await warm(() => patchBlob(randomBlob(), by))).toBe(patched);
      },
      60_000,
    );

    test("a read takes one", async () => {
      const [config, layer] = [configBlob(), randomBlob(100_000)];
      await pushBlob(config);
      await pushBlob(layer);
      const image = imageOf(config, [layer]);
      await put("read", image);
      const reads: Record<string, () => Promise<{ status: number }>> = {
        "manifest by tag": () => client.get(`/v2/${REPOSITORY}/manifests/read`),
        "manifest by digest": () => client.get(`/v2/${REPOSITORY}/manifests/${image.digest}`),
        "head of a manifest": () => client.head(`/v2/${REPOSITORY}/manifests/read`),
        "small blob": () => client.get(`/v2/${REPOSITORY}/blobs/${config.digest}`),
        "large blob": () => client.get(`/v2/${REPOSITORY}/blobs/${layer.digest}`),
        "head of a blob": () => client.head(`/v2/${REPOSITORY}/blobs/${layer.digest}`),
        tags: () => client.get(`/v2/${REPOSITORY}/tags/list`),
      };
      for (const [what, read] of Object.entries(reads)) {
        const trips = await warm(async () => expect((await read()).status).toBe(200));
        expect({ what, trips }).toEqual({ what, trips: 1 });
      }
    }, 60_000);
  });
});
