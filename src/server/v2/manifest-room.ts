import { clientOf } from "../../access/client-of.ts";
import { RegistryError } from "../../oci/errors.ts";
import { readSmallBody } from "../body.ts";
import type { Call } from "../context.ts";

/** Bytes of a manifest that waits for nobody: as good as all of them are smaller. */
const SMALL = 64 * 1024;

/** Milliseconds that a manifest may take to arrive while others wait for its room. */
const ARRIVAL = 30_000;

/**
 * Reads a manifest and hands it on. Large ones wait for each other, before they are read and before they are stored, so that the memory that
 * they take is bounded, and clients take turns.
 * @throws RegistryError `MANIFEST_INVALID` (413) beyond `limits.manifestSize`, `TOOMANYREQUESTS`, and as `store`
 */
export async function withManifest<T>({ services, request, actor }: Call, store: (body: Uint8Array) => Promise<T>): Promise<T> {
  const limit = services.registry.limits.manifestSize;
  const length = Number(request.header("content-length") ?? limit);
  if (length > limit) throw tooLarge(limit);
  if (length <= SMALL) return store(await readSmallBody(request, { limit, tooLarge: () => tooLarge(limit) }));
  const client = clientOf(actor);
  const { bodies, storing } = services.manifestRooms;
  const leave = await bodies.enter(client, length);
  try {
    const deadline = performance.now() + ARRIVAL;
    const hurry = (): void => {
      if (bodies.isWanted && performance.now() > deadline) throw tooSlow();
    };
    const body = await readSmallBody(request, { limit, tooLarge: () => tooLarge(limit), eachPiece: hurry });
    const done = await storing.enter(client, 1);
    try {
      return await store(body);
    } finally {
      done();
    }
  } finally {
    leave();
  }
}

function tooLarge(limit: number): RegistryError {
  return new RegistryError("MANIFEST_INVALID", `the manifest is larger than ${limit} bytes, the limit of this registry (limits.manifestSize)`, { status: 413 });
}

function tooSlow(): RegistryError {
  return new RegistryError("MANIFEST_INVALID", `the manifest took longer than ${ARRIVAL / 1000} s to arrive, and others wait for its room; push it again`, {
    status: 408,
    headers: { Connection: "close" },
  });
}
