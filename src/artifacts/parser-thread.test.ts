import { afterEach, expect, test } from "bun:test";
import type { Content } from "./extractor.ts";
import { ParserThread } from "./parser-thread.ts";
import { largeSpdx } from "./testing/sboms.ts";

const threads: ParserThread[] = [];
afterEach(() => {
  for (const thread of threads.splice(0)) thread.end();
});

function start(timeLimit?: number): ParserThread {
  const thread = new ParserThread(timeLimit);
  threads.push(thread);
  return thread;
}

const json = (text: string) => async (): Promise<Content> => ({ mediaType: "application/json", bytes: Buffer.from(text) });
/** Takes the YAML parser many times the limit of the test. */
const endless = async (): Promise<Content> => ({
  mediaType: "application/vnd.ocm.software.component-descriptor.v2+yaml",
  bytes: Buffer.from("a:\n".repeat(1_000_000)),
});

test("reads in its thread", async () => {
  const parsed = await start().run("spdx", json(largeSpdx(3000)));
  expect(parsed?.problem).toBeUndefined();
  expect(parsed?.findings.dependencies).toHaveLength(3000);
});

test("passes on problems", async () => {
  expect((await start().run("spdx", json("{}")))?.problem).toContain("the SPDX document");
});

test("gives up on what takes too long, and goes on with the next", async () => {
  const thread = start(1500);
  const [slow, next] = await Promise.all([thread.run("ocm-component", endless), thread.run("spdx", json('{"spdxVersion":"SPDX-2.3"}'))]);
  expect(slow).toMatchObject({ problem: "reading the content of the artifact took longer than 1.5 s", findings: { dependencies: [] } });
  expect(next).toMatchObject({ problem: undefined });
});

test("loads one after the other", async () => {
  const thread = start();
  let loading = 0;
  let most = 0;
  const load = async () => {
    most = Math.max(most, ++loading);
    await Bun.sleep(1);
    loading--;
    return json("{}")();
  };
  await Promise.all([1, 2, 3].map(() => thread.run("spdx", load)));
  expect(most).toBe(1);
});

test("passes on the failure of a load, and goes on", async () => {
  const thread = start();
  const failed = await thread.run("spdx", () => Promise.reject(new Error("disk"))).catch((error) => error);
  expect(failed).toMatchObject({ message: "disk" });
  expect(await thread.run("spdx", async () => undefined)).toBeUndefined();
  expect((await thread.run("spdx", json("{}")))?.problem).toContain("SPDX");
});
