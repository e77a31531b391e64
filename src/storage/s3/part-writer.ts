import type { Digest, DigestAlgorithm } from "../../oci/digest.ts";
import type { UploadId } from "../content-store.ts";
import type { S3Client } from "./client.ts";
import type { Keys, Location } from "./locations.ts";
import type { Holder, MemoryBudget } from "./memory-budget.ts";
import { PartBuffer } from "./part-buffer.ts";
import { type Extent, emptyUpload, NOTHING, type Parts, type StagedBytes, type Tail } from "./staged-bytes.ts";

/** Parts of one upload that are on their way at once. */
const AT_ONCE = 2;

/** Bytes of memory that an upload begins with. They double as bytes come, so that many slow uploads hold little. */
const FIRST = 64 * 1024;

/** What the uploads of a store share. */
export interface WriterContext {
  readonly client: S3Client;
  readonly keys: Keys;
  readonly budget: MemoryBudget;
  /** Bytes of the parts of new uploads. */
  readonly partSize: number;
}

export interface WriterOptions {
  /** Told when an upload in parts has begun, before it gets any: what it throws ends the upload. */
  readonly begun?: ((state: StagedBytes) => Promise<void>) | undefined;
  /** Metadata of the object, where they are known before. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/**
 * Brings the bytes of one upload to S3: full parts as they come, and when they rest, what is left as an object of its own, the tail. What
 * is gathered in between is in memory of the budget; where others need that, it goes to such an object, and comes back from there.
 */
export class PartWriter implements Holder {
  readonly #id: UploadId;
  readonly #context: WriterContext;
  readonly #options: WriterOptions;
  readonly #algorithm: DigestAlgorithm;
  readonly #partSize: number;
  readonly #buffer = new PartBuffer();
  readonly #stale: Set<Location>;
  #before: Extent | undefined;
  #multipart: Parts | undefined;
  #etags: string[];
  #tail: Tail | undefined;
  #size: number;
  /** Of all bytes; undefined where another process had some of them. */
  #hash: Bun.CryptoHasher | undefined;
  #digest: Digest | undefined;
  /** Parts that were sent, or are on their way. */
  #sentParts: number;
  readonly #sending = new Set<Promise<void>>();
  #failure: { readonly error: unknown } | undefined;
  /** Resolves when nobody works on what is gathered. */
  #work: Promise<unknown> | undefined;
  /** Counts the rests: a piece that waits for memory meanwhile is not taken any more. */
  #rests = 0;
  #isTaking = false;
  #isClosed = false;
  #needs: () => number = () => 0;
  /** Memory came that is about to be used. */
  #isReserved = false;
  #usedAt = performance.now();

  constructor(id: UploadId, state: StagedBytes, context: WriterContext, options: WriterOptions = {}) {
    this.#id = id;
    this.#context = context;
    this.#options = options;
    this.#algorithm = state.algorithm;
    this.#multipart = state.multipart;
    this.#partSize = state.multipart?.partSize ?? context.partSize;
    this.#etags = state.multipart?.etags.slice(0, state.parts) ?? [];
    this.#sentParts = this.#etags.length;
    this.#tail = state.tail;
    this.#size = state.size;
    this.#digest = state.digest;
    this.#before = state.before;
    this.#stale = new Set(state.stale);
    this.#hash = state.size === 0 ? new Bun.CryptoHasher(state.algorithm) : undefined;
    context.budget.add(this);
  }

  /** Bytes that have come, wherever they are. */
  get size(): number {
    return this.#size;
  }

  get held(): number {
    return this.#buffer.capacity;
  }

  get usedAt(): number {
    return this.#usedAt;
  }

  /** A piece is being taken, which may have to wait. */
  get isTaking(): boolean {
    return this.#isTaking;
  }

  /** What others need to go on. What is in memory alone does not count: see `rest`. */
  get state(): StagedBytes {
    const extent = this.#extent();
    const multipart = this.#multipart && { ...this.#multipart, etags: this.#etags.slice(0, extent.parts) };
    return { ...emptyUpload(this.#algorithm), ...extent, multipart, before: this.#before, stale: [...this.#stale] };
  }

  /** The digest of all bytes, by the algorithm of the upload; undefined where this process does not know it. */
  digest(): Digest | undefined {
    this.#digest ??= this.#hash && (`${this.#algorithm}:${this.#hash.copy().digest("hex")}` as Digest);
    return this.#digest;
  }

  /** A chunk begins: all bytes are in S3. */
  beginChunk(): void {
    this.#before = this.#extent();
  }

  /** Takes the next bytes, which it copies. What it returns is to be waited for before the next ones. */
  take(piece: Uint8Array): Promise<void> | undefined {
    this.#usedAt = performance.now();
    if (this.#failure !== undefined) throw this.#failure.error;
    let taken = 0;
    if (this.#work === undefined && this.#isLoaded()) {
      taken = this.#add(piece);
      if (taken === piece.length) return undefined;
    }
    return this.#takeRest(taken === 0 ? piece : piece.subarray(taken));
  }

  /** Brings all bytes to S3, so that any process can go on. They stay in memory as well, until somebody else needs that. */
  rest(): Promise<void> {
    this.#rests++;
    return this.#alone(async () => {
      if (this.#multipart !== undefined && this.#buffer.length === this.#partSize) await this.#sendPart();
      else await this.#saveTail();
      await this.#sent(0);
    });
  }

  /** Makes one object of all bytes, unless there is one. */
  async whole(): Promise<Tail> {
    this.#rests++;
    while (true) {
      if (this.#sentParts > 0) await this.#memory(() => this.#missing());
      const object = await this.#alone(async () => {
        if (this.#multipart === undefined || this.#sentParts === 0) await this.#saveTail({ evenEmpty: true });
        else if (await this.#load()) await this.#complete();
        else return undefined;
        return this.#tail;
      });
      if (object !== undefined) return object;
    }
  }

  /** What was replaced, and is gone by now. */
  forget(stale: readonly Location[]): void {
    for (const location of stale) this.#stale.delete(location);
  }

  /** What was gathered is given up, unless it is in S3. */
  async close(): Promise<void> {
    this.#rests++;
    this.#isClosed = true;
    await this.#alone(async () => {
      await this.#sent(0).catch(() => undefined);
      this.#release();
    });
    this.#context.budget.remove(this);
  }

  needs(): number {
    return this.#needs();
  }

  receive(bytes: number): void {
    this.#isReserved = true;
    this.#buffer.grow(bytes);
  }

  yieldMemory(): Promise<void> | undefined {
    if (this.#work !== undefined || this.#isReserved) return undefined;
    const yielding = this.#alone(async () => {
      await this.#saveTail();
      this.#release();
    });
    yielding.catch((error: unknown) => this.#fail(error));
    return yielding;
  }

  /** Waits for memory. What is gathered may go to S3 meanwhile. Until the next work, nobody takes the memory away. */
  async #memory(needs: () => number): Promise<void> {
    this.#needs = needs;
    if (needs() > 0) await this.#context.budget.take(this);
  }

  /** Runs work that nothing may disturb, after what runs already. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const before = this.#work;
    const begin = () => {
      this.#isReserved = false;
      return work();
    };
    const running = before === undefined ? begin() : before.then(begin);
    const ended = running.then(
      () => undefined,
      () => undefined,
    );
    this.#work = ended;
    void ended.then(() => {
      if (this.#work === ended) this.#work = undefined;
    });
    return running;
  }

  async #takeRest(piece: Uint8Array): Promise<void> {
    const rests = this.#rests;
    let left = piece;
    this.#isTaking = true;
    try {
      while (left.length > 0) {
        if (this.#failure !== undefined) throw this.#failure.error;
        await this.#memory(() => this.#wanted(left.length));
        left = await this.#alone(async () => {
          if (this.#rests !== rests) {
            if (this.#isClosed) this.#release();
            return left.subarray(left.length);
          }
          if (!(await this.#load())) return left;
          const rest = left.subarray(this.#add(left));
          if (rest.length > 0 && this.#buffer.length === this.#partSize) await this.#sendPart();
          return rest;
        });
      }
    } finally {
      this.#isTaking = false;
    }
  }

  /** Bytes that are in no part. */
  #gathered(): number {
    return this.#size - this.#sentParts * this.#partSize;
  }

  /** What is in no part is in memory. */
  #isLoaded(): boolean {
    return this.#buffer.length === this.#gathered();
  }

  /** What is in no part is in S3 as well. */
  #isSaved(): boolean {
    return (this.#tail?.size ?? 0) === this.#gathered();
  }

  /** Bytes of memory that it takes to have the tail back. */
  #missing(): number {
    return this.#isLoaded() ? 0 : Math.max(0, this.#gathered() - this.#buffer.capacity);
  }

  /** Bytes of memory to get before some more bytes can be taken: room for a whole part where it takes reading the tail back. */
  #wanted(more: number): number {
    const gathered = this.#gathered();
    const { capacity } = this.#buffer;
    if (!this.#isLoaded()) return Math.max(0, this.#partSize - capacity);
    if (gathered < capacity || gathered === this.#partSize) return 0;
    return Math.min(this.#partSize, Math.max(FIRST, 2 * capacity, gathered + Math.min(more, FIRST))) - capacity;
  }

  /** Adds what there is memory for in this part. */
  #add(piece: Uint8Array): number {
    const taken = this.#buffer.add(piece);
    if (taken === 0) return 0;
    this.#hash?.update(taken === piece.length ? piece : piece.subarray(0, taken));
    this.#digest = undefined;
    this.#size += taken;
    return taken;
  }

  /** Reads the tail back, where it is not in memory. False where the memory does not suffice. */
  async #load(): Promise<boolean> {
    const tail = this.#tail;
    if (this.#isLoaded() || tail === undefined) return true;
    if (this.#buffer.capacity < tail.size) return false;
    const { client, keys } = this.#context;
    const object = await client.get(keys.keyOf(tail.location));
    if (object?.size !== tail.size) throw new Error(`the object ${tail.location} of upload ${this.#id} is not what was written to S3`);
    // What a reading that broke off has left.
    this.#buffer.clear();
    const hash = this.#hash === undefined && tail.size === this.#size ? new Bun.CryptoHasher(this.#algorithm) : undefined;
    for await (const piece of object.body) {
      this.#buffer.add(piece);
      hash?.update(piece);
    }
    this.#hash ??= hash;
    return true;
  }

  async #sendPart(): Promise<void> {
    const { client, keys, budget } = this.#context;
    this.#multipart ??= await this.#begin();
    await this.#sent(AT_ONCE - 1);
    const { location, uploadId } = this.#multipart;
    const number = ++this.#sentParts;
    const { content, capacity } = this.#buffer.detach();
    this.#replaceTail(undefined);
    const sending: Promise<void> = client
      .uploadPart({ key: keys.keyOf(location), uploadId }, number, content)
      .then(
        (etag) => {
          this.#etags[number - 1] = etag;
        },
        (error: unknown) => this.#fail(error),
      )
      .finally(() => {
        this.#sending.delete(sending);
        budget.give(capacity);
      });
    this.#sending.add(sending);
  }

  async #begin(): Promise<Parts> {
    const { client, keys, partSize } = this.#context;
    const { metadata, begun } = this.#options;
    const location = keys.newLocation(this.#id);
    const uploadId = await client.createMultipart(keys.keyOf(location), { metadata });
    const multipart = { location, uploadId, partSize, etags: [] };
    await begun?.({ ...this.state, multipart });
    return multipart;
  }

  async #complete(): Promise<void> {
    const multipart = this.#multipart;
    if (multipart === undefined) return;
    if (this.#buffer.length > 0) await this.#sendPart();
    await this.#sent(0);
    const { location, uploadId } = multipart;
    const parts = this.#etags.map((etag, index) => ({ number: index + 1, etag }));
    await this.#context.client.completeMultipart({ key: this.#context.keys.keyOf(location), uploadId }, parts);
    this.#multipart = undefined;
    this.#etags = [];
    this.#sentParts = 0;
    this.#replaceTail({ location, size: this.#size });
  }

  async #saveTail({ evenEmpty = false } = {}): Promise<void> {
    if (this.#isSaved() && !(evenEmpty && this.#tail === undefined)) return;
    const { client, keys } = this.#context;
    const location = keys.newLocation(this.#id);
    const { content } = this.#buffer;
    const digest = content.length === this.#size ? this.digest() : undefined;
    const sha256 = digest?.startsWith("sha256:") ? digest.slice("sha256:".length) : undefined;
    await client.put(keys.keyOf(location), content, { sha256, ...(digest !== undefined && { metadata: { digest } }) });
    this.#replaceTail({ location, size: content.length });
  }

  #replaceTail(tail: Tail | undefined): void {
    if (this.#tail !== undefined) this.#stale.add(this.#tail.location);
    this.#tail = tail;
  }

  /** Waits until at most so many parts are on their way. */
  async #sent(most: number): Promise<void> {
    while (this.#sending.size > most) await Promise.race(this.#sending);
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** The bytes that are in S3, without a gap. */
  #extent(): Extent {
    if (this.#sending.size === 0 && this.#failure === undefined && this.#isSaved()) {
      return { size: this.#size, parts: this.#sentParts, tail: this.#tail, digest: this.digest() };
    }
    const before = this.#before ?? NOTHING;
    let sent = 0;
    while (this.#etags[sent] !== undefined) sent++;
    return sent > before.parts ? { ...NOTHING, size: sent * this.#partSize, parts: sent } : before;
  }

  #release(): void {
    this.#context.budget.give(this.#buffer.detach().capacity);
  }

  #fail(error: unknown): void {
    this.#failure ??= { error };
  }
}
