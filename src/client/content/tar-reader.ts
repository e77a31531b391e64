import { ClientError } from "../client-error.ts";
import type { ByteStream } from "./content.ts";
import { BLOCK, padding, parsePaxRecords, parseTarHeader } from "./tar-header.ts";

/** An entry of an archive, while it is read. */
export interface TarMemberRead {
  /** As the archive has it. */
  readonly name: string;
  /** The type flag: `0` file, `1` hard link, `2` symbolic link, `5` folder. */
  readonly type: string;
  readonly mode: number;
  /** What a link leads to. */
  readonly target: string;
  /** Bytes of the content. */
  readonly size: number;
  /** To be read before the next entry; what is not read is passed over. */
  readonly content: ByteStream;
}

/** Entries of an archive. */
const ENTRY_LIMIT = 1_000_000;

/** Bytes of what an extended header says of the next entry. */
const EXTENDED_LIMIT = 1024 * 1024;

/**
 * Reads a tar archive from its beginning to its end (ustar, pax, GNU's long names), and what follows it.
 * @param name of the archive, for messages
 * @throws ClientError `invalid` when it is damaged, or has a million entries
 */
export async function* readTar(stream: ByteStream, name: string): AsyncGenerator<TarMemberRead> {
  const bytes = new Pieces(stream);
  let extended: Extended = {};
  try {
    for (let count = 0; ; count++) {
      if (count > ENTRY_LIMIT) throw new ClientError("invalid", `${name} has more than ${ENTRY_LIMIT} entries`);
      const block = await bytes.take(BLOCK);
      if (block.length === 0 || block.every((byte) => byte === 0)) break;
      const header = block.length < BLOCK ? undefined : parseTarHeader(block);
      if (header === undefined) throw new ClientError("invalid", `${name} is not a tar archive, or damaged`);
      const size = extended.size ?? header.size;
      if ("xLKg".includes(header.type)) {
        if (size > EXTENDED_LIMIT) throw new ClientError("invalid", `${name} is damaged: a header in it has more than ${EXTENDED_LIMIT} bytes`);
        const content = await bytes.take(size + padding(size));
        if (content.length < size + padding(size)) throw cut(name);
        if (header.type !== "g") extended = { ...extended, ...extension(header.type, content.subarray(0, size), name) };
        continue;
      }
      const content = bytes.part(size, () => cut(name));
      yield { name: extended.name ?? header.name, type: header.type, mode: header.mode, target: extended.target ?? header.target, size, content };
      extended = {};
      for await (const _ of content) {
        // what nobody wanted
      }
      if ((await bytes.take(padding(size))).length < padding(size)) throw cut(name);
    }
    // all that is hashed must have passed
    while ((await bytes.take(BLOCK)).length > 0);
  } finally {
    await bytes.close();
  }
}

function cut(name: string): ClientError {
  return new ClientError("invalid", `${name} is not whole: it ends in the middle of a file`);
}

interface Extended {
  readonly name?: string;
  readonly target?: string;
  readonly size?: number;
}

function extension(type: string, bytes: Uint8Array, name: string): Extended {
  const text = new TextDecoder().decode(bytes).replace(/\0.*$/s, "");
  if (type === "K") return { target: text };
  if (type === "L") return { name: text };
  const records = parsePaxRecords(bytes);
  const [path, target, size] = [records?.get("path"), records?.get("linkpath"), records?.get("size")];
  const isSize = size === undefined || (/^[0-9]{1,16}$/.test(size) && Number.isSafeInteger(Number(size)));
  if (records === undefined || !isSize) throw new ClientError("invalid", `${name} is damaged: it has a malformed pax header`);
  return { ...(path !== undefined && { name: path }), ...(target !== undefined && { target }), ...(size !== undefined && { size: Number(size) }) };
}

/** A stream that is read in parts of any size. */
class Pieces {
  readonly #pieces: AsyncIterator<Uint8Array>;
  #rest: Uint8Array = new Uint8Array();

  constructor(stream: ByteStream) {
    this.#pieces = stream[Symbol.asyncIterator]();
  }

  /** The next bytes; fewer at the end. */
  async take(count: number): Promise<Uint8Array> {
    const taken: Uint8Array[] = [];
    for (let left = count; left > 0 && (await this.#fill()); ) {
      const piece = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(piece.length);
      taken.push(piece);
      left -= piece.length;
    }
    return taken.length === 1 && taken[0] !== undefined ? taken[0] : Buffer.concat(taken);
  }

  /** The next bytes as a stream, which goes on where it was left. */
  part(size: number, cut: () => Error): ByteStream {
    let left = size;
    const next = async (): Promise<IteratorResult<Uint8Array>> => {
      if (left === 0) return { done: true, value: undefined };
      if (!(await this.#fill())) throw cut();
      const value = this.#rest.subarray(0, left);
      this.#rest = this.#rest.subarray(value.length);
      left -= value.length;
      return { done: false, value };
    };
    return { [Symbol.asyncIterator]: () => ({ next }) };
  }

  async close(): Promise<void> {
    await this.#pieces.return?.();
  }

  async #fill(): Promise<boolean> {
    while (this.#rest.length === 0) {
      const { value, done } = await this.#pieces.next();
      if (done === true) return false;
      this.#rest = value;
    }
    return true;
  }
}
