import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { opm } from "./opm.ts";

const root = mkdtempSync(join(tmpdir(), "opm-bench-subject-"));
afterAll(() => rmSync(root, { recursive: true }));

test.each([
  ["node", { listener: "node" }, "1.0.0, server.listener node"],
  [undefined, undefined, "1.0.0"],
] as const)(
  "the listener %s is configured, and named where it is not the default",
  async (listener, server, version) => {
    const folder = mkdtempSync(join(root, "subject-"));
    const subject = opm(process.execPath, "1.0.0", listener);
    const { command } = await subject.prepare({ folder, port: 5000, tls: undefined });
    const settings = await Bun.file(command.at(-1) ?? "").json();
    expect([subject.version, settings.server]).toEqual([version, server]);
  },
  60_000,
);
