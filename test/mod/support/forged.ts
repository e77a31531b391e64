import { crc32, deflateRawSync } from "node:zlib";
import { digestOf } from "../../../src/oci/digest.ts";

const MANIFEST = "application/vnd.oci.image.manifest.v1+json";
const MODULE = "application/vnd.cue.module.v1+json";
const ZIP = "application/zip";
const MODULE_FILE = "application/vnd.cue.modulefile.v1";

export interface ZipEntry {
  readonly name: string;
  readonly text?: string;
  /** Unix mode, e.g. that of a link. */
  readonly mode?: number;
  /** The size that it says it has. */
  readonly size?: number;
}

/** A zip archive of any entries, also of those that no tool would make. */
export function forgeZip(entries: readonly ZipEntry[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, text = "", mode = 0, size } of entries) {
    const bytes = Buffer.from(text);
    const packed = deflateRawSync(bytes);
    const path = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(8, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(size ?? bytes.length, 18);
    common.writeUInt16LE(path.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, path, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(mode * 0x10000, 6);
    tail.writeUInt32LE(offset, 10);
    // made on Unix, so that the mode counts
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02"), Buffer.from([20, 3]), common, tail, path]));
    locals.push(local);
    offset += local.length;
  }
  const listed = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(listed.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, listed, Buffer.from("PK\x05\x06"), end]);
}

/** Anything that a tag may lead to. */
export interface Forged {
  readonly config?: string;
  readonly type?: string;
  readonly layers?: readonly { readonly type: string; readonly bytes: Buffer }[];
  /** In place of the manifest. */
  readonly manifest?: string;
}

/** The artifact of a module with these files. */
export function forgeModule(moduleFile: string, entries: readonly ZipEntry[]): Forged {
  const all = [{ name: "cue.mod/module.cue", text: moduleFile }, ...entries];
  return {
    layers: [
      { type: ZIP, bytes: forgeZip(all) },
      { type: MODULE_FILE, bytes: Buffer.from(moduleFile) },
    ],
  };
}

/** Pushes it, without any check. @param place `http://host/v2/repository` */
export async function pushForged(place: string, tag: string, { config = MODULE, type = MANIFEST, layers = [], manifest }: Forged): Promise<void> {
  const push = async (bytes: Buffer) => {
    const begun = await fetch(`${place}/blobs/uploads/`, { method: "POST" });
    const location = new URL(begun.headers.get("Location") ?? "", place);
    location.searchParams.set("digest", digestOf(bytes));
    await expectCreated(await fetch(location, { method: "PUT", body: bytes, headers: { "Content-Type": "application/octet-stream" } }));
    return { digest: digestOf(bytes), size: bytes.length };
  };
  const pushed = [];
  for (const layer of layers) pushed.push({ mediaType: layer.type, ...(await push(layer.bytes)) });
  const described = { schemaVersion: 2, mediaType: type, config: { mediaType: config, ...(await push(Buffer.from("{}"))) }, layers: pushed };
  const body = manifest ?? JSON.stringify(described);
  await expectCreated(await fetch(`${place}/manifests/${tag}`, { method: "PUT", body, headers: { "Content-Type": type } }));
}

async function expectCreated(response: Response): Promise<void> {
  if (response.status !== 201) throw new Error(`${response.url}: ${response.status} ${await response.text()}`);
}
