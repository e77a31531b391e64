import { join } from "node:path";
import { type BenchContent, manifestOfRepository, type Repository, type SeedManifest } from "./content.ts";
import { fillMany } from "./generators.ts";
import { request } from "./request.ts";
import type { Running } from "./subject.ts";

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";

/** Puts the content into a server: by its API, for nginx as files at the paths of that API. */
export async function seed(server: Running, load: string, content: BenchContent): Promise<void> {
  if (server.subject.kind === "floor") await writeFiles(join(server.folder, "www"), content);
  else await pushAll(server, load, content);
}

async function pushAll(server: Running, load: string, { blobs, manifests, referrers, many }: BenchContent): Promise<void> {
  for (const repository of Object.keys(blobs) as Repository[]) {
    for (const { digest, bytes } of blobs[repository]) await pushBlob(server, `bench/${repository}`, digest, bytes());
  }
  for (const manifest of [...manifests, ...referrers]) await pushManifest(server, manifest);
  if (many.names.length === 0) return;
  const [paths, blob] = [join(server.folder, "many.names"), join(server.folder, "many.blob")];
  await Bun.write(paths, `${many.names.join("\n")}\n`);
  await Bun.write(blob, many.blob.bytes());
  await fillMany(load, server, { paths, blob, manifest: many.template });
}

async function pushBlob(server: Running, repository: string, digest: string, body: Uint8Array): Promise<void> {
  const opened = await ask(server, "POST", `/v2/${repository}/blobs/uploads/`, 202);
  const location = new URL(opened.headers.get("location") ?? "", `http://${server.address}`);
  location.searchParams.set("digest", digest);
  await ask(server, "PUT", `${location.pathname}${location.search}`, 201, body, "application/octet-stream");
}

async function pushManifest(server: Running, { reference, body }: SeedManifest): Promise<void> {
  await ask(server, "PUT", `/v2/bench/small/manifests/${reference}`, 201, Buffer.from(body), MANIFEST);
}

async function ask(server: Running, method: string, path: string, status: number, body?: Uint8Array, type?: string): Promise<Response> {
  const headers: Record<string, string> = {};
  if (type !== undefined) headers["Content-Type"] = type;
  if (server.authorizations !== undefined) headers.Authorization = server.authorizations.fill;
  const response = await request(server, path, {
    method,
    headers,
    ...(body && { body: Buffer.from(body.buffer, body.byteOffset, body.length) }),
  });
  const text = await response.text();
  if (response.status === status) return response;
  throw new Error(`${server.subject.name} answered ${response.status} to ${method} ${path}: ${text.slice(0, 300)}`);
}

async function writeFiles(root: string, content: BenchContent): Promise<void> {
  const { blobs, manifests, referrers, many } = content;
  for (const repository of Object.keys(blobs) as Repository[]) {
    for (const { digest, bytes } of blobs[repository]) await Bun.write(join(root, `v2/bench/${repository}/blobs/${digest}`), bytes());
  }
  const base = join(root, "v2/bench/small");
  for (const { reference, digest, body } of manifests) {
    for (const name of [reference, digest]) await Bun.write(join(base, "manifests", name), body);
    const referring = referrers.filter(({ subject }) => subject === digest);
    const descriptors = referring.map((each) => ({
      mediaType: MANIFEST,
      digest: each.digest,
      size: each.body.length,
      artifactType: "application/vnd.example.signature",
    }));
    await Bun.write(join(base, "referrers", digest), JSON.stringify({ schemaVersion: 2, manifests: descriptors }));
  }
  await Bun.write(join(base, "tags/list"), JSON.stringify({ name: "bench/small", tags: manifests.map(({ reference }) => reference) }));
  for (const name of many.names) await Bun.write(join(root, "v2", name, "manifests/v1"), manifestOfRepository(content, name));
}
