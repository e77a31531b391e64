import { expect, test } from "bun:test";
import type { ProgressEvent } from "../../client/progress.ts";
import { parseDigest } from "../../oci/digest.ts";
import { lateDisplay } from "./late-display.ts";

const event = (hex: string, state: ProgressEvent["state"]): ProgressEvent => ({
  kind: "blob",
  digest: parseDigest(`sha256:${hex.repeat(64)}`),
  title: hex,
  state,
  bytes: 0,
  total: 1,
});

function recorder() {
  const seen: string[] = [];
  const opened = Promise.withResolvers<void>();
  const open = async () => {
    opened.resolve();
    return { show: ({ title, state }: ProgressEvent) => void seen.push(`${title} ${state}`), stop: () => void seen.push("stop") };
  };
  return { seen, open, opened: opened.promise };
}

test("what is over soon is never shown", async () => {
  const { seen, open } = recorder();
  const display = lateDisplay(open, 1);
  display.show(event("a", "started"));
  display.stop();
  await Bun.sleep(5);
  expect(seen).toEqual([]);
});

test("what takes longer is told where each element is, and what follows", async () => {
  const { seen, open, opened } = recorder();
  const display = lateDisplay(open, 1);
  for (const each of [event("a", "started"), event("b", "started"), event("a", "done")]) display.show(each);
  await opened;
  await Bun.sleep(0);
  display.show(event("b", "done"));
  display.stop();
  expect(seen).toEqual(["a done", "b started", "b done", "stop"]);
});

test("what is opened too late is stopped", async () => {
  const { seen, open, opened } = recorder();
  const display = lateDisplay(async () => {
    const made = await open();
    display.stop();
    return made;
  }, 1);
  await opened;
  await Bun.sleep(0);
  expect(seen).toEqual(["stop"]);
});
