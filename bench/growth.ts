/** How much more the last round has to take than the first to count as growth. */
const MARGIN = 1.1;

/**
 * Whether memory grows from round to round: each round takes more than the one before, and the last a tenth more than the first.
 * Undefined for less than three rounds, which show nothing.
 */
export function grows(peaks: readonly number[]): boolean | undefined {
  const [first] = peaks;
  const last = peaks.at(-1);
  if (first === undefined || last === undefined || peaks.length < 3) return undefined;
  return last >= first * MARGIN && peaks.every((peak, round) => round === 0 || peak > (peaks[round - 1] ?? 0));
}
