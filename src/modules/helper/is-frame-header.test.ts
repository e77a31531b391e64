import { expect, test } from "bun:test";
import * as fc from "fast-check";
import { headerSchema } from "./frame-header.ts";
import { isFrameHeader } from "./is-frame-header.ts";

const junk = fc.oneof(fc.jsonValue(), fc.constantFrom(undefined, "host", "helper", "request", "reply", "refused", true, 0, -1, 1.5, [], {}, "toString"));
const mostly = <T>(right: fc.Arbitrary<T>) => fc.oneof({ weight: 12, arbitrary: right as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: junk });
const some = <T>(right: fc.Arbitrary<T>) => mostly(fc.option(right, { nil: undefined }));
/** A record that now and then has a field more, or one less. */
const record = (model: Readonly<Record<string, fc.Arbitrary<unknown>>>) =>
  fc.tuple(fc.record(model), fc.option(fc.constantFrom(...Object.keys(model), "more"), { freq: 12 })).map(([value, key]) => {
    if (key === null) return value;
    return key === "more" ? { ...value, more: 1 } : Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
  });

const position = record({ file: mostly(fc.string()), line: mostly(fc.nat()), column: mostly(fc.nat()) });
const diagnostic = record({ message: mostly(fc.string()), positions: mostly(fc.array(position)), path: some(fc.string()), check: some(fc.string()) });
const codes = fc.constantFrom("invalid", "refused", "network", "permission", "not-found", "general", "internal", "cancelled");
const error = record({
  code: mostly(codes),
  message: mostly(fc.string()),
  diagnostics: some(fc.array(mostly(diagnostic))),
  details: some(fc.dictionary(fc.string(), fc.jsonValue())),
});
const header = record({
  kind: mostly(fc.constantFrom("request", "data", "event", "reply", "error", "cancel", "credit")),
  from: mostly(fc.constantFrom("host", "helper")),
  id: mostly(fc.nat()),
  method: mostly(fc.string()),
  params: fc.jsonValue(),
  part: mostly(fc.constantFrom("request", "reply")),
  end: mostly(fc.boolean()),
  event: fc.jsonValue(),
  result: fc.jsonValue(),
  error: mostly(error),
  bytes: mostly(fc.integer({ min: -1 })),
});

test("what is a header is one by the schema, and what is none is none", () => {
  const seen = { headers: 0, others: 0 };
  fc.assert(
    fc.property(fc.oneof({ weight: 20, arbitrary: header }, { weight: 1, arbitrary: junk }), (value) => {
      const is = isFrameHeader(value);
      expect({ value, is }).toEqual({ value, is: headerSchema.safeParse(value).success });
      seen[is ? "headers" : "others"]++;
    }),
    { numRuns: 3000 },
  );
  expect(Math.min(seen.headers, seen.others)).toBeGreaterThan(300);
});

test.each(["1e999", "-1e999"])("%s is no number", (number) => {
  const header: unknown = JSON.parse(`{"kind":"credit","from":"host","id":1,"part":"reply","bytes":${number}}`);
  expect([isFrameHeader(header), headerSchema.safeParse(header).success]).toEqual([false, false]);
});
