import { expect, test } from "bun:test";
import { ERROR_CODES, ERROR_TABLE } from "../../oci/error-codes.ts";
import { operationMeaning } from "./operation-refusal.ts";

test("what a code means and what its status means are the same, but where the code says more", () => {
  const differing = ERROR_CODES.filter((code) =>
    ERROR_TABLE[code].statuses.some((status) => operationMeaning(status, code) !== operationMeaning(status, undefined)),
  );
  expect(differing.sort()).toEqual(["BODY_INCOMPLETE", "MANIFEST_BLOB_UNKNOWN", "METHOD_NOT_ALLOWED", "PATH_UNKNOWN", "POLICY_VIOLATION", "UNSUPPORTED"]);
});
