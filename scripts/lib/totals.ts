/** Counts of tests; lint and type check are one test each. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const NO_TESTS: Totals = { passed: 0, failed: 0, skipped: 0 };

export function addTotals(one: Totals, other: Totals): Totals {
  return { passed: one.passed + other.passed, failed: one.failed + other.failed, skipped: one.skipped + other.skipped };
}

/** `12 passed, 0 failed`, and `, 1 skipped` when there are any. */
export function formatTotals({ passed, failed, skipped }: Totals): string {
  return `${passed} passed, ${failed} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`;
}

/** The totals of a JUnit report: those of its root element; undefined when it is none. */
export function parseJunit(report: string): Totals | undefined {
  const [, attributes] = /<testsuites\b([^>]*)>/.exec(report) ?? [];
  if (attributes === undefined) return undefined;
  const [tests, failures, skipped] = ["tests", "failures", "skipped"].map((name) => Number(new RegExp(`\\b${name}="(\\d+)"`).exec(attributes)?.[1]));
  if (tests === undefined || failures === undefined || skipped === undefined || Number.isNaN(tests + failures + skipped)) return undefined;
  return { passed: tests - failures - skipped, failed: failures, skipped };
}
