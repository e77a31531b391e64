import { startHelper } from "../../modules/helper/start-helper.ts";
import type { ModuleSession } from "../../modules/module-session.ts";
import type { LocalRegistry } from "../../modules/vendor/local-registry.ts";
import type { ModuleOptions } from "../options/module.ts";

/** What a command works with that works on modules. */
export interface ModuleCommandSession extends ModuleSession {
  /** Aborted by Ctrl-C. Give it to everything that waits. */
  readonly signal: AbortSignal;
  /** Prints a warning, once, to standard error; nothing with `--quiet`. */
  readonly warn: (text: string) => void;
}

/**
 * Runs the work of a command on modules, with routing, client and helper as the options want them. Ctrl-C ends it cleanly. With
 * `--json` the error of the work is printed as JSON, too.
 */
export async function withModules<T>(options: ModuleOptions, work: (session: ModuleCommandSession) => Promise<T>): Promise<T> {
  // it gets ready while the rest is loaded
  const helper = startHelper(process.env);
  helper.catch(() => {});
  try {
    const [{ clientSettings, warnOnce }, { interruptible }, { printWarning }, { createModuleSession }, { loadRouting }] = await Promise.all([
      import("./client.ts"),
      import("./stop-signals.ts"),
      import("../output/print.ts"),
      import("../../modules/create-module-session.ts"),
      import("../../modules/routing/load.ts"),
    ]);
    const warn = warnOnce(options, printWarning);
    return await interruptible(async (signal) => {
      const { warnings, ...routing } = await loadRouting({ flags: { registry: options.registry }, env: process.env });
      for (const text of warnings) warn(text);
      const isOffline = options.offline === true || options.vendor === true;
      const local = isOffline ? await openLocal(options) : undefined;
      const session = createModuleSession({
        env: process.env,
        routing,
        client: { ...clientSettings(options), onWarning: warn },
        helper,
        ...(isOffline && { offline: true }),
        ...(local !== undefined && { local }),
      });
      try {
        return await work({ ...session, signal, warn });
      } catch (error) {
        throw (await import("../../modules/routing/origin-hint.ts")).withOriginHint(error, routing);
      } finally {
        await session.close();
      }
    });
  } catch (error) {
    if (options.json === true) await (await import("../output/report-error.ts")).printErrorJson(error);
    throw error;
  } finally {
    await helper.then(({ kill }) => kill()).catch(() => {});
  }
}

/** What is kept beside the module, in the place of registries. */
async function openLocal({ directory = ".", vendor = false }: ModuleOptions): Promise<LocalRegistry | undefined> {
  const { openVendorRegistry } = await import("../../modules/vendor/open-vendor.ts");
  return await openVendorRegistry(directory, { needed: vendor });
}
