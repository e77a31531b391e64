import type { Digest } from "../../oci/digest.ts";
import type { ManifestEdge } from "../../oci/manifest.ts";
import type { ByteStream } from "../content/content.ts";
import type { RepositoryClient } from "../remote/repository-client.ts";
import type { ImportContext } from "./import-context.ts";
import { type Comparison, count } from "./import-report.ts";
import type { ImportRepository } from "./import-source.ts";
import { Setback } from "./setback.ts";

export interface BlobWay extends ImportContext {
  readonly from: ImportRepository;
  readonly to: RepositoryClient;
  readonly tally: Comparison["blobs"];
}

/**
 * Brings one blob over: from another repository of the target where it is in one, else from the source, verified while it passes.
 * @returns whether it is at the target, or need not be
 * @throws Setback
 */
export async function bringBlob(edge: ManifestEdge, way: BlobWay): Promise<boolean> {
  const { from, to, tally, source, target, places, compareOnly } = way;
  const { digest, size, required } = edge;
  const isThere = (await target.ask((options) => to.headBlob(digest, { ...options, asPusher: !compareOnly }))) !== undefined;
  if (!isThere && (compareOnly || !required)) {
    const isAtSource = (await source.ask((options) => from.sizeOf(digest, options))) !== undefined;
    // foreign layers, and what else an index lists, need not be in a registry
    if (!isAtSource && !required) return true;
    if (!isAtSource) throw new Setback("broken", `it needs the blob ${digest} of ${size} bytes, which is not at the source`);
  }
  count(tally, "source", size);
  if (!isThere && compareOnly) return false;
  if (isThere) places.note(digest, to.repository);
  else {
    await places.bring(digest, to.repository, async (place) => {
      const isMounted = await mount(edge, way, place);
      if (!isMounted) await send(edge, way);
      tally.mounted += isMounted ? 1 : 0;
      count(tally, "sent", isMounted ? 0 : size);
    });
  }
  count(tally, "target", size);
  return true;
}

/** @param place a repository of the target that has it */
async function mount(
  { digest }: ManifestEdge,
  { from, to, target }: BlobWay,
  place = from.location?.registry === to.registry ? from.location.repository : undefined,
): Promise<boolean> {
  if (place === undefined || place === to.repository) return false;
  return await target.ask((options) => to.mountBlob({ digest }, { ...options, from: place }));
}

async function send({ digest, size, mediaType }: ManifestEdge, { from, to, source, target, transfers, onBytes }: BlobWay): Promise<void> {
  const descriptor = { digest, size, mediaType };
  const failed: { error?: unknown } = {};
  let sent = 0;
  const count = (bytes: number) => {
    onBytes(bytes - sent);
    sent = bytes;
  };
  await target.ask(async ({ signal }) => {
    try {
      const open = (closing: AbortSignal) => noting(from.blob(descriptor, { signal: closing }), failed);
      await to.pushBlob({ descriptor, open, verified: true, onBytes: count }, { signal });
    } catch (error) {
      throw error === failed.error ? ofBlob(digest, source.setback(error)) : error;
    }
  }, transfers);
}

/** It is what the blob is for that is not brought over. */
function ofBlob(digest: Digest, error: unknown): unknown {
  return error instanceof Setback ? new Setback(error.state, `it needs the blob ${digest}: ${error.message}`) : error;
}

/** Notes the error of a stream: what is wrong with the source is no fault of the target. */
async function* noting(stream: ByteStream, failed: { error?: unknown }): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } catch (error) {
    failed.error = error;
    throw error;
  }
}
