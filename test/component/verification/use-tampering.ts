import { afterAll } from "bun:test";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRegistryClient } from "../../../src/client/registry-client.ts";
import type { ComponentDescriptor } from "../../../src/components/descriptor/component-descriptor.ts";
import type { ComponentRepository, StoredComponentVersion } from "../../../src/components/repository/component-repository.ts";
import { openStores } from "../../../src/components/repository/open-stores.ts";
import { replaceDescriptor } from "../../../src/components/repository/replace-descriptor.ts";
import { parsePublicKey } from "../../../src/components/signing/keys.ts";
import { type VerifiedVersion, type VerifyVersionOptions, verifyVersion } from "../../../src/components/verification/verify-version.ts";

export const FIXTURES = join(import.meta.dir, "../fixtures");
export const FIXTURE_NAMES = ["older-cli-signed", "newer-cli-signed"] as const;
export const ECHO = ["acme.org/demo/echo", "1.0.0"] as const;
export const APP = ["acme.org/demo/app", "2.0.0"] as const;
export type Named = readonly [name: string, version: string];

const client = createRegistryClient({ env: {} });

/** The key that both fixtures are signed with. */
const theirKey = parsePublicKey(readFileSync(join(FIXTURES, "rsa.pub"), "utf8"), "rsa.pub");

/** An archive in a folder that can be damaged. */
export interface Tampered {
  readonly path: string;
  /** Works on it in this process. */
  work<T>(access: "read" | "write", work: (repository: ComponentRepository) => Promise<T>): Promise<T>;
  /** Gives a component version another descriptor, so that no digest of a blob or manifest shows it. */
  edit(named: Named, change: (descriptor: ComponentDescriptor) => ComponentDescriptor): Promise<void>;
  verify(named: Named, options?: Partial<VerifyVersionOptions>): Promise<VerifiedVersion>;
  get(named: Named): Promise<StoredComponentVersion>;
  blob(digest: string): string;
  writeBlob(digest: string, change: (bytes: Buffer) => Uint8Array): void;
  removeBlob(digest: string): void;
}

/** Copies of the fixtures, removed after the tests of the calling file. */
export function useTampering(): { readonly root: string; copyOf(fixture: string): Tampered } {
  const root = mkdtempSync(join(tmpdir(), "opm-tampered-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));
  return { root, copyOf: (fixture) => copy(join(FIXTURES, fixture), join(root, crypto.randomUUID())) };
}

function copy(from: string, path: string): Tampered {
  mkdirSync(path);
  cpSync(from, path, { recursive: true });
  chmodSync(path, 0o755);
  chmodSync(join(path, "blobs"), 0o755);
  chmodSync(join(path, "artifact-index.json"), 0o644);
  for (const name of readdirSync(join(path, "blobs"))) chmodSync(join(path, "blobs", name), 0o644);
  const blob = (digest: string) => join(path, "blobs", digest.replace(":", "."));
  const work: Tampered["work"] = async (access, task) => {
    const stores = openStores(client, { schemes: new Map() });
    try {
      const result = await task(await stores.open(path, { access }));
      await stores.close();
      return result;
    } catch (error) {
      await stores.discard();
      throw error;
    }
  };
  return {
    path,
    work,
    edit: ([name, version], change) =>
      work("write", async (repository) => {
        const stored = await repository.get(name, version);
        await replaceDescriptor(stored, change(stored.descriptor));
      }),
    verify: ([name, version], options = {}) =>
      work("read", async (repository) => verifyVersion(repository, await repository.get(name, version), { client, key: theirKey, ...options })),
    get: ([name, version]) => work("read", (repository) => repository.get(name, version)),
    blob,
    writeBlob: (digest, change) => writeFileSync(blob(digest), change(readFileSync(blob(digest)))),
    removeBlob: (digest) => rmSync(blob(digest)),
  };
}
