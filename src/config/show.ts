import { stringify } from "yaml";
import type { LoadedConfig } from "./load.ts";
import { SETTINGS, type Setting } from "./settings.ts";
import { formatDuration, formatSize } from "./units.ts";
import { valueAt, withValue } from "./value-tree.ts";

const REDACTED = "REDACTED";

/** The configuration in effect as YAML that may be used as a file, but for its secrets. */
export function showConfig({ config }: LoadedConfig): string {
  const tree = SETTINGS.reduce<unknown>((result, setting) => {
    const value = shown(setting, valueAt(config, setting.path));
    return value === undefined ? result : withValue(result, setting.path, value);
  }, {});
  return stringify(tree, { lineWidth: 0 });
}

/** One value of the configuration in effect. */
export interface ShownSetting {
  readonly name: string;
  readonly value: unknown;
  /** `--listen`, `OPM_LISTEN`, `opm.yaml:1:9` or `default` */
  readonly origin: string;
}

/** Every setting that has a value, with where it comes from; secrets redacted. */
export function listSettings({ config, origins }: LoadedConfig): ShownSetting[] {
  return SETTINGS.flatMap((setting) => {
    const value = shown(setting, valueAt(config, setting.path));
    return value === undefined ? [] : [{ name: setting.name, value, origin: origins.get(setting.name) ?? "default" }];
  });
}

function shown({ kind }: Setting, value: unknown): unknown {
  if (kind === "size" && typeof value === "number") return formatSize(value);
  if (kind === "duration" && typeof value === "number") return formatDuration(value);
  if (kind === "secret-url" && typeof value === "string") return redactUrl(value);
  return value;
}

/** A URL without its secrets: the password and every query parameter that is named like one. */
function redactUrl(text: string): string {
  const url = URL.parse(text);
  if (url === null) return REDACTED;
  if (url.password !== "") url.password = REDACTED;
  for (const name of [...url.searchParams.keys()]) if (/password|secret|token/i.test(name)) url.searchParams.set(name, REDACTED);
  return url.href;
}
