import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Content of a repository in a registry or archive, read without the product's own code. */
export interface IndependentPlace {
  /** Bytes of a manifest by tag or digest. */
  manifest(repository: string, reference: string): Promise<Uint8Array>;
  blob(repository: string, digest: string): Promise<Uint8Array>;
  close(): void;
}

interface IndexEntry {
  readonly repository: string;
  readonly tag?: string;
  readonly digest: string;
}

/** @param place `http://host[/path]`, or the path of a common transport archive: a folder, tar or tgz */
export function openIndependently(place: string): IndependentPlace {
  return place.startsWith("http://") ? registry(place) : archive(place);
}

function registry(place: string): IndependentPlace {
  const { origin, pathname } = new URL(place);
  const prefix = pathname.replace(/^\/|\/$/g, "");
  const get = async (repository: string, path: string) => {
    const name = prefix === "" ? repository : `${prefix}/${repository}`;
    const accept = ["application/vnd.oci.image.manifest.v1+json", "application/vnd.oci.image.index.v1+json"].join(", ");
    const answer = await fetch(`${origin}/v2/${name}/${path}`, { headers: { Accept: accept }, signal: AbortSignal.timeout(50_000) });
    if (!answer.ok) throw new Error(`${name}/${path}: ${answer.status}`);
    return new Uint8Array(await answer.arrayBuffer());
  };
  return {
    manifest: (repository, reference) => get(repository, `manifests/${reference}`),
    blob: (repository, digest) => get(repository, `blobs/${digest}`),
    close: () => {},
  };
}

function archive(path: string): IndependentPlace {
  const isFile = statSync(path).isFile();
  const folder = isFile ? unpack(path) : path;
  const parsed: { schemaVersion: number; artifacts: IndexEntry[] } = JSON.parse(readFileSync(join(folder, "artifact-index.json"), "utf8"));
  const read = (digest: string) => new Uint8Array(readFileSync(join(folder, "blobs", digest.replace(":", "."))));
  return {
    async manifest(repository, reference) {
      const entry = parsed.artifacts.find((each) => each.repository === repository && (each.tag === reference || each.digest === reference));
      if (entry === undefined) throw new Error(`${path}: no ${repository}:${reference}`);
      return read(entry.digest);
    },
    blob: async (_, digest) => read(digest),
    close: () => {
      if (isFile) rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** By the tar of the system. */
function unpack(path: string): string {
  const folder = mkdtempSync(join(tmpdir(), "opm-reader-"));
  const { exitCode, stderr } = Bun.spawnSync(["tar", "-xf", path, "-C", folder], { timeout: 60_000 });
  if (exitCode !== 0) throw new Error(`tar: ${stderr.toString()}`);
  return folder;
}
