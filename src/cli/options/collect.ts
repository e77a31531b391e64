/** For options that may be given several times. */
export function collectOption(value: string, previous: readonly string[] = []): string[] {
  return [...previous, value];
}
