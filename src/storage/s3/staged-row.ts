import { randomUUID } from "node:crypto";
import type { UploadId } from "../content-store.ts";
import { ContentStoreError } from "../content-store.ts";
import type { Millis } from "../metadata/records.ts";
import type { StagedState, StagingStore } from "../metadata/staging.ts";
import { type Holder, readState, type StagedBytes, writeState } from "./staged-bytes.ts";

export interface RowContext {
  readonly staging: StagingStore;
  /** The time that all processes share. */
  readonly now: () => Millis;
  /** Milliseconds that a row is somebody's without another word of him. */
  readonly lease: number;
}

/** The row of an upload as this process knows it: what it writes takes the place of that, and of nothing that another process wrote. */
export class StagedRow {
  readonly id: UploadId;
  readonly #context: RowContext;
  readonly #holder = randomUUID();
  #version: number;
  #state: StagedBytes;
  /** Writes come one after another. */
  #writing: Promise<unknown> = Promise.resolve();

  constructor(id: UploadId, context: RowContext, { version, state }: { readonly version: number; readonly state: StagedBytes }) {
    this.id = id;
    this.#context = context;
    this.#version = version;
    this.#state = state;
  }

  /** Undefined when there is no such upload. */
  static async find(id: UploadId, context: RowContext): Promise<StagedRow | undefined> {
    const found = await context.staging.find(id);
    return found && new StagedRow(id, context, parsed(found));
  }

  /** The row of an upload that begins; undefined when its id is taken. */
  static async add(id: UploadId, context: RowContext, state: StagedBytes): Promise<StagedRow | undefined> {
    const added = await context.staging.put({ id, version: 1, state: writeState(state), modifiedAt: context.now() });
    return added ? new StagedRow(id, context, { version: 1, state }) : undefined;
  }

  /** Changes whenever the row does. */
  get version(): number {
    return this.#version;
  }

  get state(): StagedBytes {
    return this.#state;
  }

  /** The other process that works at it, or did a moment ago. */
  get other(): Holder | undefined {
    const { holder } = this.#state;
    return holder !== undefined && holder.id !== this.#holder && holder.until > this.#context.now() ? holder : undefined;
  }

  /**
   * Writes the state.
   * @param hold nobody else goes on with the upload for the time of the lease
   * @param finishes others are told that its bytes are being compared
   * @throws ContentStoreError `taken-over`, `upload-unknown`
   */
  write(state: StagedBytes, options: { readonly hold: boolean; readonly finishes?: boolean }): Promise<void> {
    const writing = this.#writing.then(() => this.#write(state, options));
    this.#writing = writing.catch(() => undefined);
    return writing;
  }

  /** Removes the row as this process knows it. False when it has changed, or is gone. */
  async remove(): Promise<boolean> {
    await this.#writing;
    return (await this.#context.staging.remove(this.id, this.#version)) !== undefined;
  }

  /** @throws ContentStoreError `taken-over`, `upload-unknown` when it is not as this process knows it */
  async look(): Promise<void> {
    await this.#writing;
    const version = this.#version;
    const found = await this.#context.staging.find(this.id);
    if (found?.version !== version && version === this.#version) throw lost(this.id, found);
  }

  async #write(state: StagedBytes, { hold, finishes }: { readonly hold: boolean; readonly finishes?: boolean }): Promise<void> {
    const { staging, now, lease } = this.#context;
    const version = this.#version + 1;
    const next = { ...state, holder: hold ? { id: this.#holder, until: now() + lease, finishes } : undefined };
    if (!(await staging.put({ id: this.id, version, state: writeState(next), modifiedAt: now() }))) throw lost(this.id, await staging.find(this.id));
    this.#version = version;
    this.#state = next;
  }
}

function parsed({ version, state }: StagedState): { version: number; state: StagedBytes } {
  return { version, state: readState(state) };
}

function lost(id: UploadId, found: StagedState | undefined): ContentStoreError {
  if (found === undefined) return uploadUnknown(id);
  return new ContentStoreError("taken-over", `another request, of another process, goes on with upload ${id}: ask for its size and continue`);
}

export function uploadUnknown(id: string): ContentStoreError {
  return new ContentStoreError("upload-unknown", `no upload '${id.slice(0, 64)}' is staged: start a new one`);
}

/** Its bytes are being compared by somebody, which goes on without whoever asks. */
export function comparing(id: UploadId): ContentStoreError {
  return new ContentStoreError("unavailable", `the bytes of upload ${id} are still being compared with their digest; finish it again in a moment`);
}

export function offsetMismatch(id: UploadId, problem: string): ContentStoreError {
  return new ContentStoreError("offset-mismatch", `upload ${id} ${problem}`);
}
