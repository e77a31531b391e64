import { expect, test } from "bun:test";
import { ERROR_TABLE, type ErrorCode } from "./error-codes.ts";
import { RegistryError, type RegistryErrorOptions } from "./errors.ts";

test("an error takes status and message from the table, unless told otherwise", () => {
  for (const code of Object.keys(ERROR_TABLE) as ErrorCode[]) {
    const { statuses, meaning } = ERROR_TABLE[code];
    expect(new RegistryError(code)).toMatchObject({ code, status: statuses[0], message: meaning, headers: {}, detail: undefined });
  }
  const cause = new Error("cause");
  const options = { status: 413, detail: { limit: 4 }, headers: { "Retry-After": "1" }, cause } as const;
  expect(new RegistryError("MANIFEST_INVALID", "too large", options)).toMatchObject({ code: "MANIFEST_INVALID", message: "too large", ...options });
});

test("neither a code nor a status outside the table compiles", () => {
  const code: "SOMETHING_ELSE" extends ErrorCode ? "compiles" : "does not" = "does not";
  const status: { status: 400 } extends RegistryErrorOptions<"CONFLICT"> ? "compiles" : "does not" = "does not";
  const own: { status: 409 } extends RegistryErrorOptions<"CONFLICT"> ? "compiles" : "does not" = "compiles";
  expect([code, status, own]).toEqual(["does not", "does not", "compiles"]);
});
