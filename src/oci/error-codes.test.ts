import { expect, test } from "bun:test";
import { distributionCode, ERROR_TABLE, type ErrorCode } from "./error-codes.ts";

const CODES = Object.keys(ERROR_TABLE) as ErrorCode[];

/** distribution-spec, "Error Codes", and "Legacy Docker support error codes". */
const SPECIFIED = [
  ...["BLOB_UNKNOWN", "BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN", "DIGEST_INVALID", "MANIFEST_BLOB_UNKNOWN", "MANIFEST_INVALID", "MANIFEST_UNKNOWN"],
  ...["NAME_INVALID", "NAME_UNKNOWN", "SIZE_INVALID", "UNAUTHORIZED", "DENIED", "UNSUPPORTED", "TOOMANYREQUESTS", "TAG_INVALID"],
];

test("every code is of capital letters and underscores, as the specification asks", () => {
  for (const code of CODES) expect(code).toMatch(/^[A-Z_]+$/);
});

test("every code has statuses of refusals or faults, each once, and says in words what it is and what to do", () => {
  for (const code of CODES) {
    const { statuses, meaning, advice } = ERROR_TABLE[code];
    expect(new Set(statuses).size).toBe(statuses.length);
    for (const status of statuses) expect([code, status >= 400 && status < 600]).toEqual([code, true]);
    expect([meaning, advice]).toEqual([expect.stringMatching(/^[a-z].*[^.]$/), expect.stringMatching(/^[A-Z].*\.$/)]);
  }
});

test("to clients of the specification every refusal is one of its codes", () => {
  const faults = ["UNKNOWN", "UNAVAILABLE"];
  for (const code of CODES) expect([...SPECIFIED, ...faults]).toContain(distributionCode(code));
  for (const code of [...SPECIFIED, ...faults] as ErrorCode[]) expect(distributionCode(code) as string).toBe(code);
});
