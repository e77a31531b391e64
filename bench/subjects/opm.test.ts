import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { opm } from "./opm.ts";

const root = mkdtempSync(join(tmpdir(), "opm-bench-subject-"));
afterAll(() => rmSync(root, { recursive: true }));

test.each([
  [{ listener: "node" }, { listener: "node" }, "opm", "1.0.0, server.listener node"],
  [{ listener: undefined, workers: 2 }, { workers: 2 }, "opm-2", "1.0.0, server.workers 2"],
  [{}, undefined, "opm", "1.0.0"],
] as const)(
  "the server's settings %p are configured, and named where they are not the defaults",
  async (given, server, name, version) => {
    const folder = mkdtempSync(join(root, "subject-"));
    const subject = opm(process.execPath, "1.0.0", { server: given });
    const { command } = await subject.prepare({ folder, port: 5000, tls: undefined, node: 0 });
    const settings = await Bun.file(command.at(-1) ?? "").json();
    expect([subject.name, subject.version, settings.server]).toEqual([name, version, server]);
  },
  60_000,
);
