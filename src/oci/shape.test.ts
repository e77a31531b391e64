import { expect, test } from "bun:test";
import { anything, array, assert, constantFrom, dictionary, double, integer, oneof, option, property, record as recordOf, string } from "fast-check";
import * as z from "zod/mini";
import { amount, check, count, fields, formatPath, list, literal, matching, nullish, optional, record, type Shape, text } from "./shape.ts";

const CASES: readonly (readonly [name: string, shape: Shape<unknown>, schema: z.ZodMiniType])[] = [
  ["text", text, z.string()],
  ["a number from 0", amount, z.number().check(z.nonnegative())],
  ["a whole number from 0", count, z.int().check(z.nonnegative())],
  ["a literal", literal(2), z.literal(2)],
  ["text in a form", matching(/^a+$/, "expected a"), z.string().check(z.regex(/^a+$/))],
  ["a list", list(count), z.array(z.int().check(z.nonnegative()))],
  ["a record", record(text), z.record(z.string(), z.string())],
  [
    "a field that may be missing",
    fields({ a: optional(text), b: nullish(count) }),
    z.looseObject({ a: z.optional(z.string()), b: z.nullish(z.int().check(z.nonnegative())) }),
  ],
  [
    "fields in lists",
    list(fields({ a: literal(2), b: record(list(text)) })),
    z.array(z.looseObject({ a: z.literal(2), b: z.record(z.string(), z.array(z.string())) })),
  ],
];

/** The library leaves this key out of records; here its value is looked at as all others are. */
const key = string().filter((each) => each !== "__proto__");
const atom = oneof(anything({ key }), string(), constantFrom("a", "aa", 2, 0, -1, 1.5, null, undefined), integer(), double());
const fieldsOf = recordOf({ a: atom, b: oneof(atom, dictionary(key, oneof(atom, array(string())))) }, { requiredKeys: [] });
const value = oneof(atom, array(atom), dictionary(key, atom), fieldsOf, array(fieldsOf), option(fieldsOf));

test.each(CASES)("%s is what the library takes, and wrong at the same place", (_, shape, schema) => {
  assert(
    property(value, (each) => {
      const known = schema.safeParse(each);
      const problem = shape.problem(each);
      expect(problem === undefined).toBe(known.success);
      if (problem !== undefined) expect(known.error?.issues.map(({ path }) => path.join("."))).toContain(problem.path.join("."));
    }),
    { numRuns: 500 },
  );
});

test("a value keeps what is not known of it", () => {
  const document = { a: "x", more: [1] };
  expect(check(fields({ a: text }), document).value).toBe(document);
});

test("a record has no key that is not looked at", () => {
  expect(check(record(text), JSON.parse('{"__proto__": 1}')).problem?.path).toEqual(["__proto__"]);
});

test("a problem says where it is", () => {
  const shape = fields({ layers: list(fields({ size: count })) });
  const { problem } = check(shape, { layers: [{ size: 1 }, { size: -1 }] });
  expect(problem && `${formatPath(problem, "its root")}: ${problem.message}`).toBe("layers.1.size: expected a whole number from 0");
  const root = check(shape, []).problem;
  expect(root && `${formatPath(root, "its root")}: ${root.message}`).toBe("its root: expected an object");
});
