import { expect, test } from "bun:test";
import { ERROR_TABLE, type ErrorCode, RegistryError } from "./errors.ts";

test("every code is of capital letters and underscores, as the specification asks", () => {
  for (const code of Object.keys(ERROR_TABLE)) expect(code).toMatch(/^[A-Z_]+$/);
});

test("an error takes status and message from the table, unless told otherwise", () => {
  for (const code of Object.keys(ERROR_TABLE) as ErrorCode[]) {
    expect(new RegistryError(code)).toMatchObject({ code, ...ERROR_TABLE[code], headers: {}, detail: undefined });
  }
  const cause = new Error("cause");
  const options = { status: 413, detail: { limit: 4 }, headers: { "Retry-After": "1" }, cause };
  expect(new RegistryError("MANIFEST_INVALID", "too large", options)).toMatchObject({ code: "MANIFEST_INVALID", message: "too large", ...options });
});
