import { join } from "node:path";
import { ACCEPT } from "./content.ts";
import type { Certificate, Running } from "./subject.ts";

const SCRIPT = join(import.meta.dir, "load", "rotate.lua");

/** Milliseconds that a generator may run longer than it was told to. */
const OVERTIME = 60_000;

/** Milliseconds between two attempts to interrupt a generator. */
const INTERRUPTING = 50;

/** Seconds, by share of the operations. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
}

/** What a generator measured. Times in seconds. */
export interface Load {
  readonly requests: number;
  readonly seconds: number;
  readonly p50: number;
  readonly p99: number;
  readonly bytes?: number;
  /** From the start of the server's process to its first answer. */
  readonly startup?: number;
  /** By kind of operation, where there are several. */
  readonly latencies?: Readonly<Record<string, Percentiles>>;
}

/** What all generators that go on for a time are told. */
interface Timed {
  readonly connections: number;
  readonly seconds: number;
}

export interface GetOptions extends Timed {
  /** File with a path a line. */
  readonly paths: string;
}

/** How many times longer wrk gets where nothing was answered: a busy machine may not even have started it. */
const PATIENCE = 10;

/** Asks for small things as fast as they come. */
export async function getMany(wrk: string, server: Running, options: GetOptions): Promise<Load> {
  const result = await runWrk(wrk, server, options);
  if (result.requests > 0) return result;
  const seconds = options.seconds * PATIENCE;
  const again = await runWrk(wrk, server, { ...options, seconds });
  if (again.requests === 0) throw new Error(`no request was answered within ${seconds} s`);
  return again;
}

async function runWrk(wrk: string, { address, tls }: Running, { paths, connections, seconds }: GetOptions): Promise<Load> {
  // It only knows whole seconds, but ends in good order when it is interrupted.
  const command = [wrk, "-t1", `-c${connections}`, `-d${Math.ceil(seconds) + 60}s`, "--timeout", "20s", "-s", SCRIPT];
  const text = await output([...command, `${tls ? "https" : "http"}://${address}`, "--", paths, ACCEPT], { seconds, interrupt: true });
  const line = /^RESULT (.*)$/m.exec(text)?.[1];
  if (line === undefined) throw new Error(`wrk printed no result: ${text}`);
  const result = JSON.parse(line) as Load & { readonly bad: number; readonly broken: number; readonly late: number };
  if (result.bad + result.broken + result.late > 0) throw new Error(`requests failed: ${line}`);
  return result;
}

/** Pulls large blobs and drops them. */
export async function pullMany(load: string, server: Running, { paths, connections, seconds }: GetOptions): Promise<Load> {
  return runLoad([load, ...at(server), ...flags({ connections, seconds, paths }), "pull"], seconds);
}

export interface PushOptions {
  readonly size: number;
  /** Bytes of a PATCH; 0: everything with the PUT. */
  readonly chunk: number;
  readonly connections: number;
  /** Different for each run on the same server, so that nothing is known to it. */
  readonly seed: string;
  /** Blobs to push; without it, one a connection again and again for a time. */
  readonly count?: number;
  readonly seconds?: number;
}

/** Pushes blobs that the server does not have. */
export async function pushMany(load: string, server: Running, { size, chunk, connections, seed, count = 0, seconds = 0 }: PushOptions): Promise<Load> {
  return runLoad([load, ...at(server), ...pushing(server, seed), ...flags({ size, chunk, connections, count, seconds }), "push"], seconds);
}

/** Pushes images that differ in every blob. `layers` are their sizes. */
export async function pushImages(
  load: string,
  server: Running,
  { layers, connections, count, seed }: { layers: readonly number[]; connections: number; count: number; seed: string },
): Promise<Load> {
  return runLoad([load, ...at(server), ...pushing(server, seed), ...flags({ sizes: layers.join(","), connections, count }), "image"], 0);
}

export interface MixOptions extends Timed {
  /** Files with a path and a digest a line. */
  readonly manifests: string;
  readonly blobs: string;
  /** Operations a second. */
  readonly rate: number;
  /** Bytes of what is pushed. */
  readonly size: number;
  readonly seed: string;
}

/** Reads and pushes at a fixed rate, whether or not the server keeps up. Every answer is held against its digest. */
export async function mixMany(load: string, server: Running, { manifests, blobs, seed, ...rest }: MixOptions): Promise<Load> {
  return runLoad([load, ...at(server), ...pushing(server, seed), ...flags({ paths: manifests, blobs, ...rest }), "mixed"], rest.seconds);
}

/** Starts the server again, and asks from its first answer on. `paths` has a path and a digest a line. */
export async function startMany(load: string, server: Running, { paths, connections, seconds }: GetOptions): Promise<Load> {
  await server.restart();
  const started = Date.now() / 1000;
  const result = await runLoad([load, ...at(server), ...flags({ paths, connections, seconds }), "start"], seconds);
  return { ...result, startup: result.firstAnswer - started };
}

/** Puts a blob and a manifest of its own, under the tag v1, into each repository. `paths` has one a line; in the manifest stands {repository}. */
export async function fillMany(load: string, server: Running, { paths, blob, manifest }: { paths: string; blob: string; manifest: string }): Promise<void> {
  const authorization = server.authorizations?.fill;
  const command = [load, ...at(server), ...(authorization === undefined ? [] : flags({ authorization }))];
  await runLoad([...command, ...flags({ connections: 8, paths, blobs: blob, manifest }), "fill"], 120);
}

/** Leaves a certificate for 127.0.0.1, which signs itself, and its key in a folder. */
export async function makeCertificate(load: string, folder: string): Promise<Certificate> {
  await output([load, "-folder", folder, "certificate"], { seconds: 1 });
  return { certificate: join(folder, "certificate.pem"), key: join(folder, "key.pem") };
}

function at({ address, tls }: Running): string[] {
  return ["-address", address, ...(tls ? ["-tls"] : [])];
}

function pushing({ authorizations }: Running, seed: string): string[] {
  return flags({ repository: "bench/push", seed, ...(authorizations && { authorization: authorizations.push }) });
}

function flags(values: Readonly<Record<string, string | number>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => [`-${name}`, String(value)]);
}

async function runLoad(command: readonly string[], seconds: number): Promise<Load & { readonly firstAnswer: number }> {
  const result = JSON.parse(await output(command, { seconds }));
  if (result.requests === 0) throw new Error(`nothing was done within ${seconds} s: ${command.at(-1)}`);
  return result;
}

/** What a program prints. With `interrupt` it is told to end after the seconds; else it knows by itself. */
async function output(command: readonly string[], { seconds, interrupt = false }: { seconds: number; interrupt?: boolean }): Promise<string> {
  const child = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "pipe", timeout: seconds * 1000 + OVERTIME, killSignal: "SIGKILL" });
  const end = performance.now() + seconds * 1000;
  // Again and again: wrk sleeps through one that comes just before it begins to wait for it.
  const timer = interrupt ? setInterval(() => performance.now() >= end && child.kill("SIGINT"), INTERRUPTING) : undefined;
  const [text, errors, code] = await Promise.all([child.stdout.text(), child.stderr.text(), child.exited]);
  clearInterval(timer);
  if (code !== 0) throw new Error(errors.trim() || `${command[0]} ended with ${code}`);
  return text;
}
