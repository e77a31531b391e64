import { join } from "node:path";
import { ACCEPT } from "./content.ts";
import type { Running } from "./subject.ts";

const SCRIPT = join(import.meta.dir, "load", "rotate.lua");

/** Milliseconds that a generator may run longer than it was told to. */
const OVERTIME = 60_000;

/** What a generator measured. Times in seconds. */
export interface Load {
  readonly requests: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly bytes?: number;
}

export interface GetOptions {
  readonly paths: string;
  readonly connections: number;
  readonly seconds: number;
}

/**
 * Asks for small things as fast as they come.
 * @param paths file with a path a line
 */
export async function getMany(wrk: string, { address }: Running, { paths, connections, seconds }: GetOptions): Promise<Load> {
  const limits = ["-t1", `-c${connections}`, `-d${Math.ceil(seconds)}s`, "--timeout", "20s"];
  const text = await output([wrk, ...limits, "-s", SCRIPT, `http://${address}`, "--", paths, ACCEPT], seconds);
  const line = /^RESULT (.*)$/m.exec(text)?.[1];
  if (line === undefined) throw new Error(`wrk printed no result: ${text}`);
  const result = JSON.parse(line) as Load & { readonly bad: number; readonly broken: number; readonly late: number };
  if (result.bad + result.broken + result.late > 0) throw new Error(`requests failed: ${line}`);
  return result;
}

/** Pulls large blobs and drops them. */
export async function pullMany(load: string, { address }: Running, { paths, connections, seconds }: GetOptions): Promise<Load> {
  return runLoad([load, "-address", address, "-connections", String(connections), "-seconds", String(seconds), "-paths", paths, "pull"], seconds);
}

export interface PushOptions {
  readonly size: number;
  /** Bytes of a PATCH; 0: everything with the PUT. */
  readonly chunk: number;
  readonly connections: number;
  readonly count: number;
  /** Different for each run on the same server, so that nothing is known to it. */
  readonly seed: string;
}

/** Pushes blobs that the server does not have. */
export async function pushMany(load: string, { address, authorization }: Running, { size, chunk, connections, count, seed }: PushOptions): Promise<Load> {
  const blob = ["-size", String(size), "-chunk", String(chunk), "-count", String(count), "-seed", seed];
  const to = ["-address", address, "-repository", "bench/push", "-connections", String(connections)];
  return runLoad([load, ...to, ...blob, ...(authorization === undefined ? [] : ["-authorization", authorization]), "push"], 0);
}

async function runLoad(command: readonly string[], seconds: number): Promise<Load> {
  return JSON.parse(await output(command, seconds)) as Load;
}

async function output(command: readonly string[], seconds: number): Promise<string> {
  const child = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "pipe", timeout: seconds * 1000 + OVERTIME, killSignal: "SIGKILL" });
  const [text, errors, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  if (code !== 0) throw new Error(errors.trim() || `${command[0]} ended with ${code}`);
  return text;
}
