import type { Config } from "../../config/schema.ts";
import type { SettingError } from "../../config/setting-error.ts";
import { CliError, EXIT } from "../output/exit-code.ts";

/** Refuses a configuration that would let everybody on the network push. */
export async function refuseExposure(config: Config): Promise<void> {
  const [{ assertSafeToListen }, { parseListen }] = await Promise.all([import("../../access/safe-listen.ts"), import("../../config/listen.ts")]);
  try {
    assertSafeToListen({ listenHost: parseListen(config.listen).host, grants: config.access.grants });
  } catch (error) {
    throw new CliError(EXIT.invalid, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** @throws SettingErrors with every problem, a line each */
export async function assertUsable(problems: readonly SettingError[]): Promise<void> {
  if (problems.length === 0) return;
  const { SettingErrors } = await import("../../config/setting-error.ts");
  throw new SettingErrors(problems);
}
