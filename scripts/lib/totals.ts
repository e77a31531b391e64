/** Counts of tests; lint and type check are one test each. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What failed, a name or more each, as far as it has a name; told again at the end, where it is looked for. */
  readonly failures: readonly string[];
  /** Milliseconds of processor time, of processes and those that they waited for; 0 where it was not measured. */
  readonly cpu: number;
}

export const NO_TESTS: Totals = { passed: 0, failed: 0, skipped: 0, failures: [], cpu: 0 };

/** One test that passed. */
export const PASSED: Totals = { ...NO_TESTS, passed: 1 };

/** One test that failed. @param failure its name, or its name and what it said */
export function failedTest(failure: string): Totals {
  return { ...NO_TESTS, failed: 1, failures: [failure] };
}

export function addTotals(one: Totals, other: Totals): Totals {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
    failures: [...one.failures, ...other.failures],
    cpu: one.cpu + other.cpu,
  };
}

/** `12 passed, 0 failed`, and `, 1 skipped` when there are any. */
export function formatTotals({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
}

/** The totals of a JUnit report: those of its root element; undefined when it is none. */
export function parseJunit(report: string): Totals | undefined {
  const [, attributes] = /<testsuites\b([^>]*)>/.exec(report) ?? [];
  if (attributes === undefined) return undefined;
  const [tests, failures, skipped] = ["tests", "failures", "skipped"].map((name) => Number(attribute(attributes, name)));
  if (tests === undefined || failures === undefined || skipped === undefined || Number.isNaN(tests + failures + skipped)) return undefined;
  return { passed: tests - failures - skipped, failed: failures, skipped, failures: failedCases(report), cpu: 0 };
}

/** `file: title` of each test case that has a failure in it. */
function failedCases(report: string): string[] {
  const cases = report.matchAll(/<testcase\b([^>]*[^/])>\s*<(?:failure|error)\b/g);
  return [...cases].map(([, attributes = ""]) => `${attribute(attributes, "file") ?? ""}: ${attribute(attributes, "name") ?? ""}`);
}

function attribute(attributes: string, name: string): string | undefined {
  const [, value] = new RegExp(`\\b${name}="([^"]*)"`).exec(attributes) ?? [];
  return value?.replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: keyof typeof ENTITIES) => ENTITIES[entity]);
}

const ENTITIES = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
