/** Milliseconds for a change to take effect, and between two looks. */
const LIMIT = 50_000;
const INTERVAL = 50;

/**
 * Looks until what is asked for is so.
 * @throws Error when it is not within 50 s
 */
export async function eventually(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + LIMIT;
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`${what}: not so within ${LIMIT} ms`);
    await Bun.sleep(INTERVAL);
  }
}
