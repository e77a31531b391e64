import { z } from "zod";

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

const SIZE = /^(\d+(?:\.\d+)?)\s*([A-Za-z]{0,3})$/;
const DURATION = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** A number of bytes, written as a number or with a unit: `4MiB`, `10GB`. */
export const sizeSchema = z
  .union([z.number(), z.string()])
  .transform((value, context) => {
    const [, amount, unit = ""] = SIZE.exec(String(value)) ?? [];
    const factor = SIZE_UNITS[unit];
    if (amount !== undefined && factor !== undefined) return Math.floor(Number(amount) * factor);
    context.addIssue({ code: "custom", message: "expected a size such as 4MiB or 10GB" });
    return z.NEVER;
  })
  .meta({ description: "bytes, or a number with B, KiB, MiB, GiB, TiB, kB, MB, GB or TB" });

/** A length of time with a unit: `500ms`, `30s`, `15m`, `24h`, `7d`. In the configuration a number of milliseconds. */
export const durationSchema = z
  .string()
  .transform((value, context) => {
    const [, amount, unit = ""] = DURATION.exec(value) ?? [];
    const factor = DURATION_UNITS[unit];
    if (amount !== undefined && factor !== undefined) return Math.floor(Number(amount) * factor);
    context.addIssue({ code: "custom", message: "expected a duration such as 30s, 15m, 24h or 7d" });
    return z.NEVER;
  })
  .meta({ description: "a number with ms, s, m, h or d" });
