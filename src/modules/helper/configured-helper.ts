import { type CallOptions, type Helper, ModuleError } from "./helper.ts";
import type { HelperMethod, HelperParams } from "./protocol.ts";

/** What `configure` is called with. */
export type HelperSettings = HelperParams<"configure">;

/** One helper for several settings: those of a call are in force while it runs. Calls with other settings wait. */
export interface SharedHelper {
  with(settings: HelperSettings): Helper;
  close(): Promise<void>;
}

export function shareHelper(helper: Helper): SharedHelper {
  let current: { readonly settings: HelperSettings; readonly ready: Promise<unknown> } | undefined;
  const running = new Set<Promise<unknown>>();
  /** Puts the settings in force once what runs with others has ended. */
  const configure = async (settings: HelperSettings): Promise<void> => {
    while (current?.settings !== settings) {
      if (running.size > 0) await Promise.allSettled(running);
      else current = { settings, ready: helper.call("configure", settings) };
    }
    try {
      await current.ready;
    } catch (error) {
      if (current?.settings === settings) current = undefined;
      throw error;
    }
  };
  const run = async <T>(settings: HelperSettings, params: object, work: () => Promise<T>): Promise<T> => {
    await configure(settings);
    const result = work();
    running.add(result);
    try {
      return await result;
    } catch (error) {
      throw placed(error, params);
    } finally {
      running.delete(result);
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
