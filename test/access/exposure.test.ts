import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runOpm } from "../cli/run-opm.ts";

const directory = mkdtempSync(join(tmpdir(), "opm-exposure-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const data = join(directory, "data");

function expectRefusal({ code, stdout, stderr }: Awaited<ReturnType<typeof runOpm>>): void {
  expect([code, stdout]).toEqual([2, ""]);
  // The two settings that would do.
  expect(stderr).toMatch(/^opm: refusing to listen on .* without access control: .*Set access\.grants .*or set listen to 127\.0\.0\.1:<port>\n$/);
  expect(existsSync(data)).toBe(false);
}

test.each(["0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:0", "registry.example.org:0", "[::ffff:192.0.2.1]:0"])(
  "listening on %s without grants is refused before anything is written",
  async (listen) => {
    expectRefusal(await runOpm(["serve", "--listen", listen, "--data", data], { directory }));
  },
);

test("wherever the address comes from", async () => {
  expectRefusal(await runOpm(["serve", "--data", data], { directory, environment: { OPM_LISTEN: "0.0.0.0:0" } }));
  const config = join(directory, "exposed.yaml");
  writeFileSync(config, "listen: 0.0.0.0:0\naccess: { htpasswd: ./accounts }\n");
  expectRefusal(await runOpm(["serve", "--config", config, "--data", data], { directory }));
});
