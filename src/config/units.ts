import { z } from "zod";
import { valueKinds } from "./value-kind.ts";

const SIZE_UNITS: Readonly<Record<string, number>> = {
  "": 1,
  B: 1,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
};
const DURATION_UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Units that `formatSize` chooses from, largest first. */
const BINARY_UNITS = ["TiB", "GiB", "MiB", "KiB"] as const;
const TIME_UNITS = ["d", "h", "m", "s"] as const;

const SIZE = /^(\d+(?:\.\d+)?)\s*([A-Za-z]{0,3})$/;
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

const SIZE_EXPECTED = "expected a size such as 4MiB or 10GB";
const DURATION_EXPECTED = "expected a duration such as 30s, 15m, 24h or 7d";

/** Bytes of `4MiB`, `10GB` or `4096`; undefined when the text is no size or too large to count exactly. */
export function parseSize(text: string): number | undefined {
  return amount(SIZE.exec(text), SIZE_UNITS);
}

/** Milliseconds of `500ms`, `30s`, `15m`, `24h`, `7d`; undefined when the text is no duration or too long to count exactly. */
export function parseDuration(text: string): number | undefined {
  return amount(DURATION.exec(text), DURATION_UNITS);
}

function amount(match: RegExpExecArray | null, units: Readonly<Record<string, number>>): number | undefined {
  const [, number, unit = ""] = match ?? [];
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined;
  if (number === undefined || factor === undefined) return undefined;
  const result = Math.floor(Number(number) * factor);
  return Number.isSafeInteger(result) ? result : undefined;
}

/** The shortest exact way to write a number of bytes: `4MiB`, `1000B`. */
export function formatSize(bytes: number): string {
  const unit = BINARY_UNITS.find((name) => bytes > 0 && bytes % (SIZE_UNITS[name] ?? 1) === 0) ?? "B";
  return `${bytes / (SIZE_UNITS[unit] ?? 1)}${unit}`;
}

/** The shortest exact way to write a number of milliseconds: `7d`, `90s`, `1500ms`. */
export function formatDuration(millis: number): string {
  if (millis === 0) return "0s";
  const unit = TIME_UNITS.find((name) => millis % (DURATION_UNITS[name] ?? 1) === 0) ?? "ms";
  return `${millis / (DURATION_UNITS[unit] ?? 1)}${unit}`;
}

/** A number of bytes, written as a number or with a unit: `4MiB`, `10GB`. */
export const sizeSchema = z
  .union([z.number(), z.string()], { error: SIZE_EXPECTED })
  .transform((value, context) => {
    const bytes = parseSize(String(value));
    if (bytes !== undefined) return bytes;
    context.addIssue({ code: "custom", message: SIZE_EXPECTED });
    return z.NEVER;
  })
  .meta({ description: "bytes, or a number with B, KiB, MiB, GiB, TiB, kB, MB, GB or TB" })
  .register(valueKinds, { kind: "size" });

/** A length of time with a unit: `500ms`, `30s`, `15m`, `24h`, `7d`. In the configuration a number of milliseconds. */
export const durationSchema = z
  .string({ error: DURATION_EXPECTED })
  .transform((value, context) => {
    const millis = parseDuration(value);
    if (millis !== undefined) return millis;
    context.addIssue({ code: "custom", message: DURATION_EXPECTED });
    return z.NEVER;
  })
  .meta({ description: "a number with ms, s, m, h or d" })
  .register(valueKinds, { kind: "duration" });
