// Pushes images through the store, one after the other, until it is told to stop: `pusher.ts sqlite|postgres <address>`.
import { digestOf } from "../../src/oci/digest.ts";
import { parseManifest } from "../../src/oci/manifest.ts";
import { OCI_IMAGE_CONFIG, OCI_IMAGE_MANIFEST, OCI_LAYER_TAR_GZIP } from "../../src/oci/media-types.ts";
import { parseRepositoryName } from "../../src/oci/name.ts";
import { parseTag } from "../../src/oci/tag.ts";
import { openStore } from "./open-store.ts";

const [driver = "", address = ""] = process.argv.slice(2);
const store = await openStore(driver, address);
const actor = { subject: "bench" };

let stopped = false;
process.on("SIGTERM", () => {
  stopped = true;
});

let count = 0;
for (; !stopped; count++) {
  const now = Date.now();
  const repository = parseRepositoryName(`pushed/p${count % 7}/app-${count % 500}`);
  const blob = digestOf(new TextEncoder().encode(`pushed ${now} ${count}`));
  await store.blobs.reserve(blob, now + 3_600_000, now);
  await store.blobs.link({ repository, digest: blob, size: 1000, actor, now });
  const body = new TextEncoder().encode(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: OCI_IMAGE_MANIFEST,
      config: { mediaType: OCI_IMAGE_CONFIG, digest: blob, size: 1000 },
      layers: [{ mediaType: OCI_LAYER_TAR_GZIP, digest: blob, size: 1000 }],
      annotations: { "org.opencontainers.image.title": `pushed service ${count % 50}`, "org.opencontainers.image.revision": `${now}-${count}` },
    }),
  );
  const facts = { platforms: [{ os: "linux", architecture: "amd64" }], labels: {}, provides: [], dependencies: [], truncated: false };
  const tags = [`1.${count % 100}.${count}`, "latest"].map(parseTag);
  await store.manifests.put({ ...parseManifest(body, undefined), repository, digest: digestOf(body), body, tags, facts, actor, now });
}
console.log(count);
await store.close();
