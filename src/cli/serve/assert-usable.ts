import type { SettingError } from "../../config/setting-error.ts";

/** @throws SettingErrors with every problem, a line each */
export async function assertUsable(problems: readonly SettingError[]): Promise<void> {
  if (problems.length === 0) return;
  const { SettingErrors } = await import("../../config/setting-error.ts");
  throw new SettingErrors(problems);
}
