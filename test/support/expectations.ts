import { expect } from "bun:test";
import { OPERATIONS, type OperationId } from "../../src/api/operations.ts";
import { refusalsOf } from "../../src/api/refusals.ts";
import { digestOf } from "../../src/oci/digest.ts";
import { type DistributionCode, distributionCode, ERROR_TABLE, type ErrorCode } from "../../src/oci/error-codes.ts";
import { OPERATION_ROUTES } from "../../src/server/extension/operation-routes.ts";
import { compileRoutes } from "../../src/server/match-route.ts";
import { surfaceOf } from "../../src/server/surface.ts";
import type { Answer } from "./answer.ts";

/** distribution-spec, "Error Codes": the JSON body of a 4xx, with one of the given codes, without any given with one of the table. */
export function expectErrorBody(body: string, ...codes: readonly ErrorCode[]): void {
  const { errors } = JSON.parse(body) as { errors: { code: string; message?: unknown; detail?: unknown }[] };
  expect(errors.length).toBeGreaterThan(0);
  for (const error of errors) {
    expect(error.code).toBeOneOf(codes.length > 0 ? [...codes] : Object.keys(ERROR_TABLE));
    expect(error.message).toBeString();
  }
}

/**
 * What holds of every refusal: its code is one of the table, with a status that the table has for it. An operation of the package API
 * answers with the codes that its description names, an endpoint of the distribution specification with the specification's alone.
 */
export function expectCodeOfTable(method: string, path: string, answer: Answer): void {
  if (answer.status < 400 || answer.body.length === 0 || path === "/readyz") return;
  const { errors } = answer.json() as { errors: { code: string }[] };
  for (const { code } of errors) {
    const told = `${method} ${path}: ${answer.status} ${code}`;
    if (!isOfTable(code)) throw new Error(`${told} is not in the table of codes`);
    const { statuses, distributionStatuses = [] }: CodeFacts = ERROR_TABLE[code];
    const surface = surfaceOf(path);
    const isDistribution = surface === "registry";
    expect([told, [...statuses, ...(isDistribution ? distributionStatuses : [])].includes(answer.status)]).toEqual([told, true]);
    if (isDistribution) expect([told, distributionCode(code)]).toEqual([told, code as DistributionCode]);
    const id = matchOperation(path, surface)?.endpoint.methods.get(method)?.name;
    if (id !== undefined && !refusalsOf(OPERATIONS[id as OperationId]).includes(code)) throw new Error(`${told} is no refusal of ${id}`);
  }
}

/** Its routes are named by the operations. */
const matchOperation = compileRoutes(OPERATION_ROUTES);

interface CodeFacts {
  readonly statuses: readonly number[];
  readonly distributionStatuses?: readonly number[];
}

function isOfTable(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_TABLE, code);
}

export function expectError(answer: Answer, status: number | readonly number[], ...codes: readonly ErrorCode[]): void {
  if (typeof status === "number") expect(describeAnswer(answer)).toStartWith(`${status} `);
  else expect(answer.status).toBeOneOf([...status]);
  expect(answer.headers.get("Content-Type")).toStartWith("application/json");
  expectErrorBody(answer.text(), ...codes);
}

/** Fails with the body of the answer, which says why, instead of with two numbers. */
export function expectStatus(answer: Answer, status: number): void {
  if (answer.status !== status) expect(describeAnswer(answer)).toStartWith(`${status} `);
  expect(answer.status).toBe(status);
}

/** The body is exactly these bytes, and so says its length. */
export function expectBytes(answer: Answer, bytes: Uint8Array): void {
  expect(answer.headers.get("Content-Length")).toBe(String(bytes.length));
  expect(Buffer.compare(answer.body, bytes)).toBe(0);
}

/** Header Docker-Content-Digest, when there is one or one is required, is a digest of these bytes. */
export function expectDigestHeader(answer: Answer, bytes: Uint8Array, required: boolean): void {
  const digest = answer.headers.get("Docker-Content-Digest");
  if (digest === null && !required) return;
  expect(digest).toBe(digestOf(bytes, digest?.startsWith("sha512:") ? "sha512" : "sha256"));
}

/** HEAD tells what GET tells, without a body. */
export function expectSameHead(head: Answer, get: Answer): void {
  expect(head.status).toBe(get.status);
  expect(head.body).toHaveLength(0);
  expect(representationHeaders(head)).toEqual(representationHeaders(get));
}

function representationHeaders(answer: Answer): Record<string, string | null> {
  const names = ["Content-Type", "Content-Length", "Docker-Content-Digest", "ETag", "Accept-Ranges", "Link", "OCI-Filters-Applied", "Cache-Control", "Vary"];
  return Object.fromEntries(names.map((name) => [name, answer.headers.get(name)]));
}

function describeAnswer(answer: Answer): string {
  return `${answer.status} ${answer.text().slice(0, 500)}`;
}
