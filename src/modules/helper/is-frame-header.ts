import type { FrameHeader } from "./frame-header.ts";
import type { HelperErrorData } from "./protocol.ts";

const CODES: Readonly<Record<HelperErrorData["code"], true>> = {
  invalid: true,
  refused: true,
  network: true,
  permission: true,
  "not-found": true,
  general: true,
  internal: true,
  cancelled: true,
};

/**
 * Whether this is the header of a frame, as `headerSchema` has it, by hand: loading Zod takes as long as the helper takes to start. What
 * params, results and events have is for who takes them.
 */
export function isFrameHeader(value: unknown): value is FrameHeader {
  if (!isObject(value) || !isOneOf(value.from, "host", "helper") || !Number.isFinite(value.id)) return false;
  switch (value.kind) {
    case "request":
      return typeof value.method === "string";
    case "data":
      return isPart(value.part) && typeof value.end === "boolean";
    case "event":
      return "event" in value;
    case "reply":
      return "result" in value;
    case "error":
      return isError(value.error);
    case "cancel":
      return true;
    case "credit":
      return isPart(value.part) && typeof value.bytes === "number" && Number.isFinite(value.bytes) && value.bytes >= 0;
    default:
      return false;
  }
}

function isError(value: unknown): boolean {
  if (!isObject(value) || typeof value.code !== "string" || !Object.hasOwn(CODES, value.code) || typeof value.message !== "string") return false;
  const { diagnostics, details } = value;
  return (
    Object.keys(value).every((key) => isOneOf(key, "code", "message", "diagnostics", "details")) &&
    (diagnostics === undefined || (Array.isArray(diagnostics) && diagnostics.every(isDiagnostic))) &&
    (details === undefined || isObject(details))
  );
}

function isDiagnostic(value: unknown): boolean {
  if (!isObject(value) || typeof value.message !== "string") return false;
  const { positions, path, check } = value;
  return (
    Object.keys(value).every((key) => isOneOf(key, "message", "positions", "path", "check")) &&
    Array.isArray(positions) &&
    positions.every(isPosition) &&
    isOneOf(typeof path, "string", "undefined") &&
    isOneOf(typeof check, "string", "undefined")
  );
}

function isPosition(value: unknown): boolean {
  return (
    isObject(value) &&
    Object.keys(value).every((key) => isOneOf(key, "file", "line", "column")) &&
    typeof value.file === "string" &&
    Number.isFinite(value.line) &&
    Number.isFinite(value.column)
  );
}

function isPart(value: unknown): boolean {
  return isOneOf(value, "request", "reply");
}

function isOneOf(value: unknown, ...all: readonly string[]): boolean {
  return all.some((each) => each === value);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
