import type { Millis } from "../../storage/metadata/records.ts";

/** RFC 3339 in UTC. */
export function formatTime(millis: Millis): string {
  return new Date(millis).toISOString();
}

/** The reverse, of a text that was checked. */
export function parseTime(text: string | undefined): Millis | undefined {
  return text === undefined ? undefined : Date.parse(text);
}
