import { type Access, createAccess } from "../access/access.ts";
import { recordGrants } from "../access/record-grants.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { type OpenedStores, storeFolders } from "../config/open-stores.ts";
import type { Config } from "../config/schema.ts";
import { liveTypes } from "../registry/admitted-types.ts";
import { createPullCounter } from "../registry/pull-counter.ts";
import type { Registry } from "../registry/registry.ts";
import { openUploadTickets } from "../registry/upload-tickets.ts";
import { UploadTurns } from "../registry/upload-turns.ts";
import type { UploadId } from "../storage/content-store.ts";
import { openDatabaseClock } from "../storage/database-clock.ts";
import { watchCatalog } from "../storage/watch-catalog.ts";
import { scheduleFactsSweep } from "./facts-schedule.ts";
import type { Rights } from "./fresh-rights.ts";
import type { Log } from "./log.ts";

/** What endpoints work on, with what goes on behind it. */
export interface OpenServices {
  readonly registry: Registry;
  readonly access: Access;
  readonly catalog: Catalog;
  readonly rights: Rights;
  /** Ends what goes on in the background, and stores what it has counted. The stores stay open. */
  stop(): Promise<void>;
}

/** What a worker leaves to the process that looks after all of them. */
export interface WorkerRole {
  /** How many workers there are. */
  readonly of: number;
  /** Told of an upload that was cancelled: whoever brings bytes to it at another worker is to hear of that. */
  uploadCancelled(id: UploadId): void;
  /** Told that a manifest was stored which nobody has read. */
  unread(): void;
}

export interface ServicesOptions {
  readonly log: Log;
  readonly worker?: WorkerRole | undefined;
}

/**
 * Sets up access control, the types, and the counting of pulls over open stores.
 * @throws Error when the configuration of access control cannot be used
 */
export async function openServices(config: Config, { content, metadata }: OpenedStores, { log, worker }: ServicesOptions): Promise<OpenServices> {
  const warn = (message: string): void => log.write("warn", message);
  const clock = await openDatabaseClock(metadata.coordination, { warn });
  const { now } = clock;
  const tickets = await openUploadTickets(metadata.coordination);
  const declared = await watchCatalog(metadata, { warn });
  try {
    const access = await createAccess({
      metadata,
      settings: config.access,
      declared,
      data: config.data,
      shared: storeFolders(config).metadata === undefined ? metadata.coordination : undefined,
      loginFailures: config.limits.loginFailures,
      processes: worker?.of,
      publicUrl: config.publicUrl,
      now,
      warn,
    });
    await recordGrants(metadata.audit, config.access.grants, { subject: "system" }, now());
    const types = liveTypes(config.types, declared);
    const pulls = createPullCounter({ tags: metadata.tags, now, warn });
    const limits = { ...config.limits, unreferenced: config.collector.unreferenced };
    const registry: Registry = {
      content,
      metadata,
      types,
      pulls,
      limits,
      turns: new UploadTurns(undefined, worker?.uploadCancelled),
      tickets,
      unread: worker?.unread ?? (() => sweep?.wake()),
      now,
    };
    const sweep = worker === undefined ? scheduleFactsSweep(registry, log) : undefined;
    return {
      registry,
      access,
      rights: declared,
      catalog: { content, metadata, access, types, declared, now },
      async stop() {
        clock.stop();
        await Promise.all([sweep?.stop(), pulls.stop(), declared.stop()]);
      },
    };
  } catch (error) {
    clock.stop();
    await declared.stop();
    throw error;
  }
}
