import { expect, test } from "bun:test";
import { ERROR_TABLE } from "../../oci/error-codes.ts";
import { reasonOf } from "./reasons.ts";

test("every status that refusals have is said in words", () => {
  const statuses = Object.values(ERROR_TABLE).flatMap(({ statuses: usual, ...more }) => [
    ...usual,
    ...("distributionStatuses" in more ? more.distributionStatuses : []),
  ]);
  expect([...new Set<number>(statuses)].filter((status) => reasonOf(status) === "")).toEqual([]);
});
