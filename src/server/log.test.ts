import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createLog, type LogFields, type LogOptions } from "./log.ts";

function record(format: LogOptions["format"], level: LogOptions["level"] = "debug") {
  const written: string[] = [];
  const log = createLog({ format, level, sink: (text) => void written.push(text) });
  return {
    log,
    text: () => {
      log.flush();
      return written.join("");
    },
  };
}

/** Controls of ASCII and of Latin-1, separators that some readers take for line ends, and marks that turn text around. */
const HOSTILE = "a\u0000b\tc\nd\re\u001b[31mf\u007fg\u0085h\u009b31mi\u2028j\u2029k\u202el\u2066m\ud800n";

/** Characters of a text that must not reach a terminal or a viewer as they are; each record's own line end aside. */
function activeIn(text: string): string[] {
  return [...text.replaceAll("\n", "")].filter((character) => /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u.test(character));
}

describe.each(["json", "text"] as const)("format %s", (format) => {
  test("a record is one line, without raw control characters", () => {
    const { log, text } = record(format);
    log.write("info", `message ${HOSTILE}`, { path: HOSTILE, plain: "x" });
    expect(text()).toEndWith("\n");
    expect(text().trimEnd()).not.toInclude("\n");
    expect(activeIn(text())).toEqual([]);
  });

  test("records below the level are left out", () => {
    const { log, text } = record(format, "warn");
    for (const level of ["debug", "info", "warn", "error"] as const) log.write(level, `at ${level}`);
    const lines = text().trimEnd().split("\n");
    expect(lines).toHaveLength(2);
    expect(text()).toInclude("at warn");
    expect(text()).toInclude("at error");
  });
});

test("json: time, level, message and fields, as they were given", () => {
  const { log, text } = record("json");
  log.write("info", "request", { path: HOSTILE.slice(0, -2), status: 200, cached: true, missing: undefined });
  const { time, ...rest } = JSON.parse(text()) as Record<string, unknown>;
  expect(new Date(String(time)).toISOString()).toBe(String(time));
  expect(rest).toEqual({ level: "info", message: "request", path: HOSTILE.slice(0, -2), status: 200, cached: true });
});

const FIELD_NAME = fc
  .string({ unit: "binary" })
  // Names that are counted come first in an object, and those of the record's own would be written twice.
  .filter((name) => !["time", "level", "message", "__proto__"].includes(name) && !/^\d+$/.test(name));

const FIELD_VALUE = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(...HOSTILE, "\\", '"', "\udc00", "é", "😀") }),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constant(undefined),
);

test("json: a line is what JSON.stringify makes of its record, with the characters escaped that something acts on", () => {
  const written = (message: string, fields: LogFields) => {
    const { log, text } = record("json");
    log.write("info", message, fields);
    return text();
  };
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.dictionary(FIELD_NAME, FIELD_VALUE, { noNullPrototype: true }), (message, fields) => {
      const line = written(message, fields);
      const { time } = JSON.parse(line) as { readonly time: string };
      const plain = JSON.stringify({ time, level: "info", message, ...fields });
      const escaped = [...plain].map((character) =>
        activeIn(character).length > 0 ? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}` : character,
      );
      expect(line).toBe(`${escaped.join("")}\n`);
    }),
    { numRuns: 2000 },
  );
});

test("text: simple values bare, others quoted, so that no value can pass for another field", () => {
  const { log, text } = record("text");
  log.write("warn", "request", { path: "/v2/a/b", odd: 'x status=500 "y"', empty: "", missing: undefined });
  expect(text()).toEndWith('warn  request path=/v2/a/b odd="x status=500 \\"y\\"" empty=""\n');
});

test("warnings and errors are written at once, other lines within a moment", async () => {
  const written: string[] = [];
  const log = createLog({ format: "text", level: "info", sink: (text) => void written.push(text) });
  log.write("info", "first");
  expect(written).toEqual([]);
  log.write("error", "second");
  expect(written.join("")).toMatch(/first\n.*second\n$/s);
  log.write("info", "third");
  for (const end = performance.now() + 50_000; written.length < 2 && performance.now() < end; ) await Bun.sleep(10);
  expect(written.at(-1)).toInclude("third");
});
