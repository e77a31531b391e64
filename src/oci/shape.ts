// What documents of others must be, checked without a library: loading one takes longer than a small command runs.

/** What is wrong with a document, and where. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** What a value must be. It is checked and not changed: fields that are not known are allowed and kept. */
export interface Shape<T> {
  /** Undefined where the value is a `T`. */
  problem(value: unknown): Problem | undefined;
  /** Never there: it carries the type. */
  readonly of?: T;
}

/** The type of what has a shape. */
export type Shaped<S> = S extends Shape<infer T> ? T : never;

/** A value together with what is wrong with it. */
export type Checked<T> = { readonly value: T; readonly problem?: undefined } | { readonly problem: Problem; readonly value?: undefined };

/** Checks a value. */
export function check<T>(shape: Shape<T>, value: unknown): Checked<T> {
  const problem = shape.problem(value);
  return problem === undefined ? { value: value as T } : { problem };
}

/** A path as messages have it, e.g. `layers.0.digest`. @param root what to call the document itself */
export function formatPath({ path }: Problem, root: string): string {
  return path.join(".") || root;
}

/** What a test tells. @param expected what the message says of others, e.g. `expected a digest` */
export function tested<T>(test: (value: unknown) => boolean, expected: string): Shape<T> {
  const problem: Problem = { path: [], message: expected };
  return { problem: (value) => (test(value) ? undefined : problem) };
}

export const text: Shape<string> = tested((value) => typeof value === "string", "expected a string");

/** A number from 0. */
export const amount: Shape<number> = tested((value) => typeof value === "number" && value >= 0 && value < Number.POSITIVE_INFINITY, "expected a number from 0");

/** A whole number from 0 that has no more digits than numbers are exact to. */
export const count: Shape<number> = tested((value) => Number.isSafeInteger(value) && (value as number) >= 0, "expected a whole number from 0");

export function literal<const T extends string | number>(wanted: T): Shape<T> {
  return tested((value) => value === wanted, `expected ${JSON.stringify(wanted)}`);
}

/** Text in a certain form. */
export function matching(pattern: RegExp, expected: string): Shape<string> {
  return tested((value) => typeof value === "string" && pattern.test(value), expected);
}

export function optional<T>(shape: Shape<T>): Shape<T | undefined> {
  return { problem: (value) => (value === undefined ? undefined : shape.problem(value)) };
}

/** The same, or null. */
export function nullish<T>(shape: Shape<T>): Shape<T | null | undefined> {
  return { problem: (value) => (value === undefined || value === null ? undefined : shape.problem(value)) };
}

export function list<T>(shape: Shape<T>): Shape<T[]> {
  return {
    problem: (value) => (Array.isArray(value) ? firstProblem(value.keys(), (at) => shape.problem(value[at])) : { path: [], message: "expected a list" }),
  };
}

/** An object whose fields are all alike. */
export function record<T>(shape: Shape<T>): Shape<Record<string, T>> {
  return { problem: (value) => (isObject(value) ? firstProblem(Object.keys(value), (key) => shape.problem(value[key])) : NO_OBJECT) };
}

type Fields = Readonly<Record<string, Shape<unknown>>>;
type OptionalKeys<F extends Fields> = { [K in keyof F]: undefined extends Shaped<F[K]> ? K : never }[keyof F];
type WithFields<F extends Fields> = { [K in Exclude<keyof F, OptionalKeys<F>>]: Shaped<F[K]> } & { [K in OptionalKeys<F>]?: Shaped<F[K]> } & {
  [more: string]: unknown;
};

/** An object with at least these fields. */
export function fields<const F extends Fields>(shapes: F): Shape<WithFields<F>> {
  const entries = Object.entries(shapes);
  return {
    problem: (value) =>
      isObject(value)
        ? firstProblem(
            entries,
            ([key, shape]) => shape.problem(value[key]),
            ([key]) => key,
          )
        : NO_OBJECT,
  };
}

const NO_OBJECT: Problem = { path: [], message: "expected an object" };

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function firstProblem<Item>(
  items: Iterable<Item>,
  problemOf: (item: Item) => Problem | undefined,
  keyOf: (item: Item) => PropertyKey = (item) => item as PropertyKey,
): Problem | undefined {
  for (const item of items) {
    const problem = problemOf(item);
    if (problem !== undefined) return { ...problem, path: [keyOf(item), ...problem.path] };
  }
  return undefined;
}
