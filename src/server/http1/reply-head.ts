import type { HeaderRecord } from "../headers.ts";
import { reasonOf } from "./reasons.ts";

/** What may not stand in the value of a header: it would end it, or is not of one byte. */
const UNFIT_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

const UNFIT_NAME = /[^!#$%&'*+\-.^_`|~0-9A-Za-z]|^$/;

/** First lines by status. */
const lines = new Map<number, string>();

/** What is before a value, by the name, once that was looked at. Names are all written in this program. */
const starts = new Map<string, string>();

export interface ReplyHead {
  readonly status: number;
  readonly headers: Readonly<HeaderRecord>;
  /** The values of its `Warning` headers. */
  readonly warnings: readonly string[] | undefined;
  /** Whether the connection ends with it. */
  readonly isLast: boolean;
}

/**
 * The head of an answer as it goes out, in characters of one byte each.
 * @throws Error when a name or a value would be read as something else
 */
export function replyHead({ status, headers, warnings, isLast }: ReplyHead): string {
  let text = statusLine(status);
  for (const name in headers) {
    if (name !== "Connection") text += field(name, headers[name] ?? "");
  }
  if (warnings !== undefined) for (const warning of warnings) text += field("Warning", warning);
  if (isLast) text += "Connection: close\r\n";
  return `${text}${dateField()}\r\n`;
}

function statusLine(status: number): string {
  let line = lines.get(status);
  if (line === undefined) {
    line = `HTTP/1.1 ${status} ${reasonOf(status)}\r\n`;
    lines.set(status, line);
  }
  return line;
}

function field(name: string, value: string): string {
  let start = starts.get(name);
  if (start === undefined) {
    if (UNFIT_NAME.test(name)) throw new Error(`there is no header ${JSON.stringify(name)}`);
    start = `${name}: `;
    starts.set(name, start);
  }
  if (UNFIT_VALUE.test(value)) throw new Error(`the header ${name} cannot be sent: ${JSON.stringify(value)}`);
  return `${start}${value}\r\n`;
}

let second = 0;
let date = "";

/** RFC 9110, section 6.6.1. Made once a second. */
function dateField(): string {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) {
    second = now;
    date = `Date: ${new Date(now * 1000).toUTCString()}\r\n`;
  }
  return date;
}
