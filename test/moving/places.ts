import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startTestServer, type TestServer } from "../support/server.ts";

/** Grants under which the story is told: an account for everything, and nobody else. */
const GRANTS = [{ subjects: ["user:alice"], repositories: "**", actions: ["pull", "push", "delete", "admin"] }];

type Settings = Readonly<Record<string, unknown>>;

/** Stores of a registry, as its configuration names them. */
export interface Place {
  /** Path of the configuration file. */
  readonly config: string;
  /** Where its content lies, unless something else was said. */
  readonly content: string;
  /** Starts a server over them. */
  serve(): Promise<TestServer>;
}

/** Makes places in a temporary folder, all of which `remove` removes. */
export function makePlaces(): {
  readonly path: string;
  place(name: string, metadata?: Settings, content?: string | Settings): Place;
  remove(): void;
} {
  const path = mkdtempSync(join(tmpdir(), "opm-moving-"));
  return {
    path,
    place(name, metadata = { driver: "sqlite", path: join(path, name, "metadata.db") }, content: string | Settings = join(path, name, "content")) {
      const storage = { content: typeof content === "string" ? { path: content } : content, metadata };
      const config = join(path, `${name}.yaml`);
      const settings = { storage, access: { grants: GRANTS } };
      writeFileSync(config, JSON.stringify({ ...settings, data: join(path, name) }), { mode: 0o600 });
      return { config, content: join(path, name, "content"), serve: () => startTestServer({ config: settings }) };
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
