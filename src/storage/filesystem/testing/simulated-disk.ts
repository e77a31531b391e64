import { basename, dirname } from "node:path";
import type { FileLayer, OpenFile, OpenMode } from "../file-layer.ts";
import type { Random } from "./random.ts";

interface FileNode {
  readonly inode: number;
  data: Uint8Array<ArrayBuffer>;
  /** Grows with every change of `data`. */
  version: number;
  /** What the last sync made durable, and its version. */
  durable: Uint8Array<ArrayBuffer>;
  durableVersion: number;
  modifiedAt: number;
  locked: boolean;
}

type Node = FileNode | "folder";

/** A change of names. It is durable once one of its folders was synced after it; a rename is so as a whole. */
interface NameChange {
  readonly folders: readonly string[];
  readonly removed: string | undefined;
  readonly added: readonly [path: string, node: Node] | undefined;
  durable: boolean;
}

/**
 * A disk in memory that knows what would survive a loss of power: data up to the last datasync of its file, names up to the
 * last sync of their folder. Every operation takes a random while and then calls `onStep`.
 */
export class SimulatedDisk implements FileLayer {
  readonly #random: Random;
  readonly #names = new Map<string, Node>();
  readonly #changes: NameChange[] = [];
  #inodes = 0;
  #clock = 1_700_000_000_000;
  /** Called after every operation. */
  onStep: () => void = () => undefined;
  readonly syncFileSystem: ((path: string) => Promise<void>) | undefined;

  /** @param journals whether it offers `syncFileSystem` */
  constructor(random: Random, journals: boolean) {
    this.#random = random;
    this.syncFileSystem = journals ? () => this.#syncAll() : undefined;
    this.#names.set("/", "folder");
  }

  /**
   * The disk after a loss of power at this moment. Whatever was not synced is kept, lost or (data) torn at random; changes
   * of names that were not synced are kept or lost each on its own, which is worse than what a journaling file system does.
   */
  afterPowerLoss(random: Random): SimulatedDisk {
    const survivor = new SimulatedDisk(random, this.syncFileSystem !== undefined);
    const nodes = new Map<Node, Node>();
    for (const change of this.#changes) {
      if (!change.durable && random.chance(0.5)) continue;
      if (change.removed !== undefined) survivor.#names.delete(change.removed);
      if (change.added === undefined) continue;
      const [path, node] = change.added;
      const copy = nodes.get(node) ?? (node === "folder" ? node : survivor.#survivingFile(node, random));
      nodes.set(node, copy);
      survivor.#names.set(path, copy);
    }
    for (const path of [...survivor.#names.keys()]) if (!survivor.#reachable(path)) survivor.#names.delete(path);
    for (const [path, node] of survivor.#names) survivor.#changes.push({ folders: [], removed: undefined, added: [path, node], durable: true });
    return survivor;
  }

  async open(path: string, mode: OpenMode): Promise<OpenFile | undefined> {
    await this.#step();
    const found = this.#names.get(path);
    if (mode !== "create") return found === undefined || found === "folder" ? undefined : this.#openFile(found);
    if (found !== undefined) throw failure("EEXIST", path);
    if (this.#names.get(dirname(path)) !== "folder") throw failure("ENOENT", path);
    const node = this.#newFile(new Uint8Array(0), new Uint8Array(0));
    this.#change([dirname(path)], undefined, [path, node]);
    return this.#openFile(node);
  }

  async readFile(path: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    await this.#step();
    const node = this.#names.get(path);
    return node === undefined || node === "folder" ? undefined : node.data.slice();
  }

  async info(path: string) {
    await this.#step();
    const node = this.#names.get(path);
    if (node === "folder") return { size: 0, modifiedAt: 0, inode: 0, changedAt: 0 };
    return node === undefined ? undefined : infoOf(node);
  }

  async rename(from: string, to: string): Promise<boolean> {
    await this.#step();
    const node = this.#names.get(from);
    if (node === undefined || this.#names.get(dirname(to)) !== "folder") return false;
    this.#change([dirname(from), dirname(to)], from, [to, node]);
    return true;
  }

  async unlink(path: string): Promise<boolean> {
    await this.#step();
    if (!this.#names.has(path)) return false;
    this.#change([dirname(path)], path, undefined);
    return true;
  }

  async makeFolder(path: string): Promise<boolean> {
    await this.#step();
    if (this.#names.has(path)) return false;
    this.#change([dirname(path)], undefined, [path, "folder"]);
    return true;
  }

  async *list(path: string): AsyncIterable<string> {
    await this.#step();
    for (const name of [...this.#names.keys()]) if (name !== "/" && dirname(name) === path) yield basename(name);
  }

  /** What was changed before it begins is durable when it ends. */
  async syncFolder(path: string): Promise<void> {
    const covered = this.#changes.filter((change) => !change.durable && change.folders.includes(path));
    await this.#step(5);
    for (const change of covered) change.durable = true;
  }

  async #syncAll(): Promise<void> {
    const covered = this.#changes.filter((change) => !change.durable);
    const nodes = new Set(this.#changes.flatMap(({ added }) => (added === undefined || added[1] === "folder" ? [] : [added[1]])));
    const finishes = [...nodes].filter((node) => node.version !== node.durableVersion).map(beginSync);
    await this.#step(40);
    for (const change of covered) change.durable = true;
    for (const finish of finishes) finish();
  }

  #openFile(node: FileNode): OpenFile {
    let holdsLock = false;
    const unlock = () => {
      if (holdsLock) node.locked = false;
      holdsLock = false;
    };
    return {
      write: async (bytes, position) => {
        await this.#step();
        this.#resize(node, Math.max(node.data.length, position + bytes.length));
        node.data.set(bytes, position);
        node.version++;
      },
      read: async (buffer, position) => {
        await this.#step();
        const part = node.data.subarray(position, position + buffer.length);
        buffer.set(part);
        return part.length;
      },
      info: async () => {
        await this.#step();
        return infoOf(node);
      },
      truncate: async (size) => {
        await this.#step();
        this.#resize(node, size);
      },
      datasync: async () => {
        const finish = beginSync(node);
        await this.#step(5);
        finish();
      },
      tryLock: () => {
        if (node.locked && !holdsLock) return false;
        node.locked = true;
        holdsLock = true;
        return true;
      },
      unlock,
      close: async () => {
        unlock();
        await this.#step();
      },
    };
  }

  #change(folders: readonly string[], removed: string | undefined, added: readonly [string, Node] | undefined): void {
    if (removed !== undefined) this.#names.delete(removed);
    if (added !== undefined) this.#names.set(added[0], added[1]);
    this.#changes.push({ folders, removed, added, durable: false });
  }

  #newFile(data: Uint8Array<ArrayBuffer>, durable: Uint8Array<ArrayBuffer>): FileNode {
    return { inode: ++this.#inodes, data, version: 0, durable, durableVersion: 0, modifiedAt: this.#clock, locked: false };
  }

  #survivingFile(node: FileNode, random: Random): FileNode {
    const data = tear(node, random);
    return this.#newFile(data, data.slice());
  }

  #resize(node: FileNode, size: number): void {
    const data = new Uint8Array(size);
    data.set(node.data.subarray(0, size));
    node.data = data;
    node.modifiedAt = this.#clock += 1;
    node.version++;
  }

  #reachable(path: string): boolean {
    for (let folder = dirname(path); folder !== "/"; folder = dirname(folder)) if (this.#names.get(folder) !== "folder") return false;
    return true;
  }

  async #step(most = 2): Promise<void> {
    for (let turns = this.#random.below(most); turns >= 0; turns--) await Promise.resolve();
    this.onStep();
    if (this.#random.chance(0.05)) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** What is written before it begins is durable when it ends, unless a later sync was quicker. */
function beginSync(node: FileNode): () => void {
  const { data, version } = node;
  const bytes = data.slice();
  return () => {
    if (version < node.durableVersion) return;
    node.durable = bytes;
    node.durableVersion = version;
  };
}

/** What is left of a file: all of it, what was synced, or the right size with part of the new data missing. */
function tear(node: FileNode, random: Random): Uint8Array<ArrayBuffer> {
  const fate = random.below(3);
  if (fate === 0) return node.data.slice();
  if (fate === 1) return node.durable.slice();
  const torn = new Uint8Array(node.data.length);
  torn.set(node.data.subarray(0, random.below(node.data.length + 1)));
  torn.set(node.durable.subarray(0, torn.length));
  return torn;
}

function infoOf({ data, modifiedAt, inode }: FileNode) {
  return { size: data.length, modifiedAt, inode, changedAt: modifiedAt };
}

function failure(code: string, path: string): Error {
  return Object.assign(new Error(`${code}: ${path}`), { code });
}
