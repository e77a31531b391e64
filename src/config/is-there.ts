import { stat } from "node:fs/promises";

/** Whether something lies at a path. What cannot be looked at counts as absent: whoever opens it is told why. */
export async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
