/** Milliseconds of processor time that this process takes for some work, of all its threads: the clock would count what other processes take, too. */
export async function processorTime(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
