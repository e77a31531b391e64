import { type Operation, vendorMediaType } from "../../api/operation.ts";
import { RegistryError } from "../../oci/errors.ts";

export const JSON_MEDIA_TYPE = "application/json";
export const NDJSON_MEDIA_TYPE = "application/x-ndjson";

/** What an operation can answer with, its own type first. */
export function offeredMediaTypes({ kind, alternatives = [] }: Pick<Operation, "kind" | "alternatives">): string[] {
  return [vendorMediaType(kind), JSON_MEDIA_TYPE, ...alternatives];
}

/**
 * The media type of the answer.
 * @throws RegistryError `NOT_ACCEPTABLE` when the client takes none that there is
 */
export function acceptable(operation: Operation, accept: string | undefined): string {
  const offered = offeredMediaTypes(operation);
  const chosen = chooseMediaType(accept, offered);
  if (chosen !== undefined) return chosen;
  throw new RegistryError("NOT_ACCEPTABLE", `nothing here suits the Accept header: there is ${offered.join(", ")}`);
}

interface MediaRange {
  readonly type: string;
  readonly quality: number;
}

/** Characters of an Accept header that are looked at. */
const LIMIT = 4096;

/**
 * Chooses the media type of an answer (RFC 9110, section 12.5.1): the one the client likes best, and of equals the one it
 * names itself, then the one that is offered first.
 * @param header Accept; without one everything is welcome
 * @returns undefined when nothing that is offered suits
 */
export function chooseMediaType(header: string | undefined, offered: readonly string[]): string | undefined {
  if (header === undefined || header.trim() === "") return offered[0];
  const ranges = header.slice(0, LIMIT).split(",").map(parseRange);
  let best: { readonly type: string; readonly quality: number; readonly precision: number } | undefined;
  for (const type of offered) {
    const match = bestMatch(type, ranges);
    if (match === undefined || match.quality === 0) continue;
    if (best === undefined || match.quality > best.quality || (match.quality === best.quality && match.precision > best.precision)) best = { type, ...match };
  }
  return best?.type;
}

/** The most precise range that a type is in, and its quality. */
function bestMatch(type: string, ranges: readonly MediaRange[]): { readonly quality: number; readonly precision: number } | undefined {
  const patterns = ["*/*", `${type.split("/")[0]}/*`, type];
  let best: { quality: number; precision: number } | undefined;
  for (const range of ranges) {
    const precision = patterns.indexOf(range.type);
    if (precision >= 0 && (best === undefined || precision > best.precision)) best = { quality: range.quality, precision };
  }
  return best;
}

function parseRange(text: string): MediaRange {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith("q="))?.slice(2);
  return { type, quality: quality === undefined ? 1 : clamp(Number(quality)) };
}

function clamp(quality: number): number {
  return Number.isFinite(quality) ? Math.min(Math.max(quality, 0), 1) : 0;
}
