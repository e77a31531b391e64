/** Requests to one registry at a time: enough to hide its latency, few enough not to be refused. */
const PARALLEL = 8;

/** Maps items in their order, a few at a time. The first failure ends it: nothing more is begun, what was is waited for. */
export async function mapParallel<T, R>(items: readonly T[], map: (item: T) => Promise<R>, parallel = PARALLEL): Promise<R[]> {
  const results: R[] = [];
  const rest = items.entries();
  let failed = false;
  const work = async () => {
    for (const [index, item] of rest) {
      if (failed) return;
      try {
        results[index] = await map(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(parallel, items.length) }, work);
  await Promise.allSettled(workers);
  await Promise.all(workers);
  return results;
}
