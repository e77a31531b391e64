export type LogLevel = "debug" | "info" | "warn" | "error";

/** Named in the source, never by a client; not `time`, `level` or `message`, which each record has. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

export interface Log {
  write(level: LogLevel, message: string, fields?: LogFields): void;
  /** Hands everything written so far to the operating system. */
  flush(): void;
}

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: "json" | "text";
  /** Takes whole lines. */
  readonly sink: (text: string) => void;
}

const ORDER: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Lines are gathered and written together: at most this many characters, or milliseconds, later. */
const GATHER_CHARACTERS = 32_768;
const GATHER_MILLIS = 100;

/** A structured log: one line for each record. Credentials must never be given to it. */
export function createLog({ level, format, sink }: LogOptions): Log {
  let pending = "";
  let timer: Timer | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const text = pending;
    pending = "";
    if (text !== "") sink(text);
  };
  return {
    write(recordLevel, message, fields = {}) {
      if (ORDER[recordLevel] < ORDER[level]) return;
      pending += format === "json" ? jsonLine(recordLevel, message, fields) : textLine(recordLevel, message, fields);
      if (pending.length >= GATHER_CHARACTERS || ORDER[recordLevel] >= ORDER.warn) flush();
      else timer ??= setTimeout(flush, GATHER_MILLIS).unref();
    },
    flush,
  };
}

/** The log that a configuration asks for. @param sink takes whole lines */
export function openLog({ level, format }: { readonly level: LogLevel; readonly format: "auto" | LogOptions["format"] }, sink: LogOptions["sink"]): Log {
  const chosen = format === "auto" ? (process.stderr.isTTY ? "text" : "json") : format;
  return createLog({ level, format: chosen, sink });
}

/** Text of ASCII that JSON writes as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * What JSON leaves as it is, though a terminal or a viewer acts on it: DEL, the controls of Latin-1 (one of them begins escape
 * sequences), other line ends, and marks that change the direction of writing.
 */
const ACTIVE = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** A string in JSON that nothing acts on. */
function stringOf(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : inert(JSON.stringify(text));
}

function inert(line: string): string {
  return line.replace(ACTIVE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** What `JSON.stringify` makes of the record, without the object: the line of each request is much of what a small one costs. */
function jsonLine(level: LogLevel, message: string, fields: LogFields): string {
  let line = `{"time":"${timeNow()}","level":"${level}","message":${stringOf(message)}`;
  for (const name in fields) {
    const value = fields[name];
    if (typeof value === "string") line += `${beginOf(name)}${stringOf(value)}`;
    else if (value !== undefined) line += `${beginOf(name)}${typeof value === "boolean" || Number.isFinite(value) ? value : "null"}`;
  }
  return `${line}}\n`;
}

/** How the fields of the program begin: their names are in its source, hence few. */
const begins = new Map<string, string>();

function beginOf(name: string): string {
  let begin = begins.get(name);
  if (begin === undefined) {
    begin = `,${stringOf(name)}:`;
    begins.set(name, begin);
  }
  return begin;
}

let writtenAt = Number.NaN;
let writtenTime = "";

/** Many lines fall into one millisecond. */
function timeNow(): string {
  const now = Date.now();
  if (now !== writtenAt) {
    writtenAt = now;
    writtenTime = new Date(now).toISOString();
  }
  return writtenTime;
}

function textLine(level: LogLevel, message: string, fields: LogFields): string {
  let line = `${timeNow()} ${level.padEnd(5)} ${escapeControls(message)}`;
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) line += ` ${name}=${quoted(value)}`;
  return inert(`${line}\n`);
}

function quoted(value: string | number | boolean): string {
  const text = String(value);
  return /^[\w./:@+-]*$/.test(text) && text !== "" ? text : JSON.stringify(text);
}

function escapeControls(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
