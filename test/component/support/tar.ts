/** An entry of a tar archive. */
export interface TarEntry {
  readonly name: string;
  /** `0` file, `2` link, `5` folder. */
  readonly type: string;
  readonly mode: number;
  readonly mtime: number;
  readonly owner: string;
  readonly target: string;
  readonly content: Buffer;
}

/** Reads a tar archive (ustar, pax), without a look at the product's own code. @throws Error for one that is not whole */
export function readTar(archive: Buffer): TarEntry[] {
  const entries: TarEntry[] = [];
  let extended: Record<string, string> = {};
  for (let at = 0; ; ) {
    const header = archive.subarray(at, at + 512);
    if (header.length < 512) throw new Error("the archive has no end");
    if (header.every((byte) => byte === 0)) break;
    const text = (start: number, end: number) => header.toString("latin1", start, end).replace(/\0[\s\S]*$/, "");
    const octal = (start: number, end: number) => Number.parseInt(text(start, end).trim() || "0", 8);
    const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 32 : byte), 0);
    if (sum !== octal(148, 156)) throw new Error(`wrong checksum at ${at}`);
    const type = text(156, 157) || "0";
    const size = Number(extended.size ?? octal(124, 136));
    const content = archive.subarray(at + 512, at + 512 + size);
    if (content.length !== size) throw new Error("an entry is not whole");
    at += 512 + Math.ceil(size / 512) * 512;
    if (type === "x") {
      extended = records(content.toString("utf8"));
      continue;
    }
    const prefix = text(345, 500);
    const name = extended.path ?? (prefix === "" ? text(0, 100) : `${prefix}/${text(0, 100)}`);
    const owner = `${octal(108, 116)}:${octal(116, 124)} ${text(265, 297)}:${text(297, 329)}`;
    entries.push({ name, type, mode: octal(100, 108), mtime: octal(136, 148), owner, target: extended.linkpath ?? text(157, 257), content });
    extended = {};
  }
  return entries;
}

function records(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (let bytes = Buffer.from(text); bytes.length > 0; ) {
    const length = Number.parseInt(bytes.toString("latin1"), 10);
    const [, key = "", value = ""] = /^\d+ ([^=]+)=([\s\S]*)\n$/.exec(bytes.toString("utf8", 0, length)) ?? [];
    found[key] = value;
    bytes = bytes.subarray(length);
  }
  return found;
}
