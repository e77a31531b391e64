import { type CallOptions, type Helper, ModuleError } from "./helper.ts";
import type { HelperMethod, HelperParams } from "./protocol.ts";

/** What `configure` is called with. */
export type HelperSettings = HelperParams<"configure">;

/** One helper for several settings: those of a call are in force while it runs. Calls with other settings wait. */
export interface SharedHelper {
  with(settings: HelperSettings): Helper;
  close(): Promise<void>;
}

/** Settings that are in force, or are about to be. */
interface Lease {
  readonly settings: HelperSettings;
  readonly ready: Promise<unknown>;
  /** Calls that count on it. */
  users: number;
  /** Settled once when there are none any more. */
  readonly over: PromiseWithResolvers<void>;
}

export function shareHelper(helper: Helper): SharedHelper {
  let current: Lease | undefined;
  const begin = (settings: HelperSettings): Lease => {
    const ready = helper.call("configure", settings);
    ready.catch(() => {
      // the next call tries again
      if (current?.ready === ready) current = undefined;
    });
    return { settings, ready, users: 0, over: Promise.withResolvers() };
  };
  const enter = async (settings: HelperSettings): Promise<Lease> => {
    while (current?.settings !== settings) {
      if (current !== undefined && current.users > 0) await current.over.promise;
      else current = begin(settings);
    }
    current.users++;
    return current;
  };
  const leave = (lease: Lease): void => {
    lease.users--;
    if (lease.users > 0) return;
    lease.over.resolve();
    // the one that is settled is of no use to who has to wait later
    if (current === lease) current = { ...lease, over: Promise.withResolvers() };
  };
  const run = async <T>(settings: HelperSettings, params: object, work: () => Promise<T>): Promise<T> => {
    const lease = await enter(settings);
    try {
      // right behind the settings, not behind the answer to them
      const result = work();
      result.catch(() => {});
      await lease.ready;
      return await result;
    } catch (error) {
      throw placed(error, params);
    } finally {
      leave(lease);
    }
  };
  return {
    with: (settings) => ({
      call: <M extends HelperMethod>(method: M, params: HelperParams<M>, options?: CallOptions) =>
        run(settings, params, () => helper.call(method, params, options)),
      stream: <M extends HelperMethod>(method: M, params: HelperParams<M>, options?: CallOptions) =>
        run(settings, params, () => helper.stream(method, params, options)),
      close: () => helper.close(),
    }),
    close: () => helper.close(),
  };
}

/** Says which folder the files of an error's findings are in. */
function placed(error: unknown, params: object): unknown {
  if (!(error instanceof ModuleError) || !("root" in params) || typeof params.root !== "string") return error;
  const { code, message, cause, diagnostics, details } = error;
  return new ModuleError(code, message, { cause, diagnostics: [...diagnostics], details: { ...details }, root: params.root });
}
