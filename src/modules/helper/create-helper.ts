import { type CallOptions, type Helper, ModuleError } from "./helper.ts";
import type { HelperReply } from "./helper-call.ts";
import type { HelperProcess } from "./helper-process.ts";
import { parseResult } from "./parse-result.ts";
import type { HelperMethod } from "./protocol.ts";
import { type HelperOptions, type RunningHelper, runHelper } from "./run-helper.ts";

/** A helper that starts with its first call. */
export function createHelper(options: HelperOptions): Helper {
  let running: Promise<RunningHelper> | undefined;
  let closed = false;
  const request = async (method: HelperMethod, params: unknown, call?: CallOptions): Promise<HelperReply & Pick<HelperProcess, "isCarried">> => {
    if (closed) throw new ModuleError("general", "the CUE helper is closed");
    call?.signal?.throwIfAborted();
    running ??= runHelper(options);
    const { process, connection, ready } = await running;
    // right behind the first request, not behind its answer
    const reply = connection.request(method, params, call);
    reply.catch(() => {});
    await orAborted(ready, call?.signal);
    return { ...(await reply), isCarried: process.isCarried };
  };
  return {
    async call(method, params, call) {
      const { result, body, isCarried } = await request(method, params, call);
      body?.stop();
      return await parseResult(method, result, { isCarried });
    },
    async stream(method, params, call) {
      const { result, body, isCarried } = await request(method, params, call);
      try {
        return { result: await parseResult(method, result, { isCarried }), body: body ?? nothing() };
      } catch (error) {
        body?.stop();
        throw error;
      }
    },
    async close() {
      closed = true;
      const started = await running?.catch(() => undefined);
      if (started === undefined) return;
      const { process, connection } = started;
      const isIdle = connection.underWay.every((method) => method === "start");
      connection.fail(new ModuleError("cancelled", "the CUE helper was closed"));
      // nothing to finish, and nobody has to wait
      if (isIdle) process.kill();
      else await process.stop();
    },
  };
}

/** Waits, unless the signal gives its reason before. */
async function orAborted(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = () => reject(signal?.reason);
  signal?.addEventListener("abort", abort, { once: true });
  try {
    await Promise.race([promise, aborted]);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
