/** Reads layers and configs that would take a server too long, in a thread of its own. Messages: see `ParseRequest` and `ParseReply`. */
import { parseContent } from "./parse-content.ts";
import type { ParseReply, ParseRequest } from "./parser-thread.ts";

declare const self: Worker;

self.onmessage = ({ data }: MessageEvent<ParseRequest>) => {
  self.postMessage({ request: data.request } satisfies ParseReply);
  const reply: ParseReply = { request: data.request, parsed: parseContent(data.extractor, data.content) };
  self.postMessage(reply);
};
