import { readFileSync } from "node:fs";

/** What a program did, in the order in which it did it, as far as files and answers over HTTP are concerned. */
export type SystemCall =
  | { readonly kind: "write"; readonly path: string; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: "truncate"; readonly path: string; readonly size: number }
  | { readonly kind: "unlink"; readonly path: string }
  /** Everything written to the file before `from`, an index into the list, is on the disk. */
  | { readonly kind: "sync"; readonly path: string; readonly from: number }
  | { readonly kind: "send"; readonly text: string };

/** Arguments of strace(1) for a program whose calls `readSystemCalls` is to read. The program keeps its process id. */
export function straceArguments(file: string): string[] {
  const calls = ["pwrite64", "fsync", "fdatasync", "ftruncate", "unlink", "write", "writev", "sendto", "sendmsg"];
  return ["-D", "-f", "-y", "-xx", "-s", "70000", "-e", `trace=${calls.join(",")}`, "-o", file];
}

/** Reads what strace wrote, the calls on paths for which `wanted` says so. */
export function readSystemCalls(file: string, wanted: (path: string) => boolean): SystemCall[] {
  const calls: SystemCall[] = [];
  const begun = new Map<string, { readonly line: string; readonly at: number }>();
  for (const line of readFileSync(file, "latin1").split("\n")) {
    const process = line.slice(0, line.indexOf(" "));
    if (line.endsWith("<unfinished ...>")) {
      // What it writes and sends may have happened from here on; what it syncs is safe only when it returns.
      begun.set(process, { line, at: calls.length });
      const call = parseCall(line, calls.length);
      if (call !== undefined && call.kind !== "sync" && (call.kind === "send" || wanted(call.path))) calls.push(call);
      continue;
    }
    const resumed = line.includes("resumed>") ? begun.get(process) : undefined;
    if (resumed !== undefined && !line.endsWith("= 0")) continue;
    const call = parseCall(resumed?.line ?? line, resumed?.at ?? calls.length);
    if (call === undefined || (resumed !== undefined && call.kind !== "sync")) continue;
    if (call.kind === "send" || wanted(call.path)) calls.push(call);
  }
  return calls;
}

function parseCall(line: string, from: number): SystemCall | undefined {
  const [, name = "", rest = ""] = /^\d+ +(\w+)\((.*)$/.exec(line) ?? [];
  const [, target = ""] = /^\d+<((?:\\x[0-9a-f]{2})*)>/.exec(rest) ?? [];
  const path = decode(target).toString();
  switch (name) {
    case "pwrite64": {
      const [, bytes = "", offset] = /, "((?:\\x[0-9a-f]{2})*)", \d+, (\d+)/.exec(rest) ?? [];
      return { kind: "write", path, offset: Number(offset), bytes: decode(bytes) };
    }
    case "ftruncate":
      return { kind: "truncate", path, size: Number(/, (\d+)/.exec(rest)?.[1]) };
    case "unlink":
      return { kind: "unlink", path: decode(/"((?:\\x[0-9a-f]{2})*)"/.exec(rest)?.[1] ?? "").toString() };
    case "fsync":
    case "fdatasync":
      return { kind: "sync", path, from };
    default: {
      const text = [...rest.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = ""]) => decode(hex).toString("latin1")).join("");
      return text.startsWith("HTTP/1.1 ") ? { kind: "send", text } : undefined;
    }
  }
}

function decode(hex: string): Buffer {
  return Buffer.from(hex.replaceAll("\\x", ""), "hex");
}
