import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nodeFiles } from "./node-files.ts";
import { WantedMark } from "./wanted-mark.ts";

const ID = "00000000-0000-4000-8000-000000000000";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "opm-wanted-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("whoever holds the lock gives way when somebody keeps asking", async () => {
  const [holder, asking] = [new WantedMark(nodeFiles, join(folder, ID)), new WantedMark(nodeFiles, join(folder, ID))];
  await holder.giveWay(ID);
  await Promise.all([asking.set(), asking.set()]);
  await holder.giveWay(ID);
  expect(readdirSync(folder)).toEqual([]);
  await asking.set();
  await expect(holder.giveWay(ID)).rejects.toMatchObject({ reason: "taken-over" });
  await asking.clear();
  await asking.clear();
  expect(readdirSync(folder)).toEqual([]);
});

test("what somebody left behind is taken away, and nobody gives way to it", async () => {
  writeFileSync(join(folder, `${ID}.wanted`), "");
  const holder = new WantedMark(nodeFiles, join(folder, ID));
  for (let look = 0; look < 3; look++) await holder.giveWay(ID);
  expect(readdirSync(folder)).toEqual([]);
});
