import { formatAmount } from "./amount.ts";
import type { TransferTotals } from "./transfer-tally.ts";

/** What travelled and what did not, in one line: `12.0 MiB of 80.0 MiB, the rest was there`. */
export function describeTransfer({ bytes, transferredBytes, presentBytes, mountedBytes }: TransferTotals): string {
  const reasons = [presentBytes > 0 ? "was there" : "", mountedBytes > 0 ? "was mounted" : ""].filter((reason) => reason !== "");
  if (reasons.length === 0) return formatAmount(transferredBytes);
  return `${formatAmount(transferredBytes)} of ${formatAmount(bytes)}, the rest ${reasons.join(" or ")}`;
}
