import { InvalidArgumentError } from "commander";

/** RFC 3339, or a date alone. */
const TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** For options that take a time: a date, RFC 3339, or a duration that ended now, e.g. `7d`. Gives RFC 3339. */
export function parseTimeOption(text: string): string {
  const age = ageOf(text);
  const millis = age !== undefined ? Date.now() - age : TIME.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(new Date(millis).getTime()) && millis >= 0) return new Date(millis).toISOString();
  throw new InvalidArgumentError("Expected a date, a time such as 2026-01-31T12:00:00Z, or an age such as 7d.");
}

/** Milliseconds of `90s`, `15m`, `24h`, `7d`. */
function ageOf(text: string): number | undefined {
  const [, number, unit = ""] = /^([0-9]{1,9})([smhd])$/.exec(text) ?? [];
  return number === undefined ? undefined : Number(number) * (UNITS[unit] ?? 0);
}

/** For options that take an age, e.g. `90d`. Gives seconds. */
export function parseAgeOption(text: string): number {
  const age = ageOf(text);
  if (age === undefined) throw new InvalidArgumentError("Expected an age such as 12h or 90d.");
  return age / 1000;
}

/** For options that may be given several times. */
export function collectOption(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}
