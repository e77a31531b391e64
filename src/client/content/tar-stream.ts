import { ClientError } from "../client-error.ts";
import type { ByteStream } from "./content.ts";
import { BLOCK, padding } from "./tar-header.ts";

/** What an archive has: times, owners and other modes are left out, so that equal content makes equal bytes. */
export type TarMember =
  | { readonly kind: "folder"; readonly name: string }
  | { readonly kind: "link"; readonly name: string; readonly target: string }
  | { readonly kind: "file"; readonly name: string; readonly size: number; readonly isExecutable: boolean; open(): ByteStream };

const TYPES = { file: "0", link: "2", folder: "5" } as const;

/** The largest size that eleven octal digits have room for. */
const OCTAL_LIMIT = 0o100_000_000_000;

/** A tar archive (POSIX.1-2001, "pax Interchange Format"), made while it is read. @throws ClientError `general` when a file changes meanwhile */
export async function* tarStream(members: AsyncIterable<TarMember> | Iterable<TarMember>): AsyncGenerator<Uint8Array> {
  for await (const member of members) {
    yield headerOf(member);
    if (member.kind !== "file") continue;
    let read = 0;
    for await (const piece of member.open()) {
      read += piece.length;
      if (read > member.size) break;
      yield piece;
    }
    if (read !== member.size) throw new ClientError("general", `${member.name} changed while it was read: try again`);
    yield new Uint8Array(padding(member.size));
  }
  yield new Uint8Array(2 * BLOCK);
}

function headerOf(member: TarMember): Uint8Array {
  const name = member.kind === "folder" ? `${member.name}/` : member.name;
  const size = member.kind === "file" ? member.size : 0;
  const target = member.kind === "link" ? member.target : "";
  const records = [
    ...(fits(name) ? [] : [record("path", name)]),
    ...(fits(target) ? [] : [record("linkpath", target)]),
    ...(size < OCTAL_LIMIT ? [] : [record("size", String(size))]),
  ];
  const mode = member.kind === "link" ? 0o777 : member.kind === "folder" || member.isExecutable ? 0o755 : 0o644;
  const header = block({ name, size, target, mode, type: TYPES[member.kind] });
  if (records.length === 0) return header;
  const extension = Buffer.from(records.join(""), "utf8");
  const before = block({ name: "PaxHeaders/path", size: extension.length, target: "", mode: 0o644, type: "x" });
  return Buffer.concat([before, extension, new Uint8Array(padding(extension.length)), header]);
}

/** True for what a header has room for as it is; the rest goes before it. */
function fits(text: string): boolean {
  return text.length <= 100 && /^[ -~]*$/.test(text);
}

/** `<length> <key>=<value>\n`, the length being that of all of it. */
function record(key: string, value: string): string {
  const rest = Buffer.byteLength(` ${key}=${value}\n`);
  const length = rest + String(rest + String(rest).length).length;
  return `${length} ${key}=${value}\n`;
}

interface Fields {
  readonly name: string;
  readonly size: number;
  readonly target: string;
  readonly mode: number;
  readonly type: string;
}

function block({ name, size, target, mode, type }: Fields): Buffer {
  const bytes = Buffer.alloc(BLOCK);
  const octal = (value: number, at: number, digits: number) => bytes.write(`${value.toString(8).padStart(digits, "0")}\0`, at, "latin1");
  bytes.write(name.replaceAll(/[^ -~]/gu, "_").slice(0, 100), 0, "latin1");
  octal(mode, 100, 7);
  octal(0, 108, 7);
  octal(0, 116, 7);
  octal(size < OCTAL_LIMIT ? size : 0, 124, 11);
  octal(0, 136, 11);
  bytes.write("        ", 148, "latin1");
  bytes.write(type, 156, "latin1");
  bytes.write(target.replaceAll(/[^ -~]/gu, "_").slice(0, 100), 157, "latin1");
  bytes.write("ustar\x0000", 257, "latin1");
  const checksum = bytes.reduce((sum, byte) => sum + byte, 0);
  bytes.write(`${checksum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return bytes;
}
