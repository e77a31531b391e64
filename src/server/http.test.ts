import { expect, test } from "bun:test";
import { dropReply } from "./http.ts";

test("dropping an answer ends its stream, and opens no file", () => {
  let cancelled = 0;
  const stream = new ReadableStream<Uint8Array>({ cancel: () => void cancelled++ });
  dropReply({ status: 200, headers: {}, body: { source: { kind: "stream", size: 1, open: () => stream }, range: undefined } });
  expect(cancelled).toBe(1);
  for (const body of [undefined, "text", new Uint8Array(1)]) dropReply({ status: 200, headers: {}, body });
  dropReply({ status: 200, headers: {}, body: { source: { kind: "file", size: 1, path: "/nowhere" }, range: undefined } });
});
