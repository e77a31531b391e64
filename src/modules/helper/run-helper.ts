import { Connection } from "./connection.ts";
import { ModuleError } from "./helper.ts";
import { type HelperProcess, quietly } from "./helper-process.ts";
import type { HostMethod } from "./host-call.ts";
import { HELPER_ADVICE, parseResult } from "./parse-result.ts";
import { CUE_VERSION, PROTOCOL } from "./wire.ts";

/** Milliseconds from the start of the helper to its first answer. */
const START_LIMIT = 10_000;

/** Milliseconds that the end of the process and that of its output may be apart. */
const LAST_WORDS = 500;

export interface HelperOptions {
  /** Starts the process; called at most once, with the first call. @throws ModuleError */
  readonly start: () => Promise<HelperProcess>;
  /** What the helper may ask, by method. */
  readonly methods: Readonly<Record<string, HostMethod>>;
  /** Milliseconds from the start of the helper to its first answer. Default: 10 000. */
  readonly startLimit?: number;
}

export interface RunningHelper {
  readonly process: HelperProcess;
  readonly connection: Connection;
  /** Settled once it answered for the first time. */
  readonly ready: Promise<void>;
}

/** Starts the helper and looks after it until it ends. @throws ModuleError where it cannot be started */
export async function runHelper({ start, methods, startLimit = START_LIMIT }: HelperOptions): Promise<RunningHelper> {
  const process = await start();
  const connection = new Connection({ write: process.write, methods });
  void watch(process, connection);
  const ready = greet(process, connection, startLimit);
  // told by each call that waits for it
  ready.catch(() => {});
  return { process, connection, ready };
}

async function greet(process: HelperProcess, connection: Connection, limit: number): Promise<void> {
  const late = setTimeout(() => {
    connection.fail(new ModuleError("general", `the CUE helper ${process.path} did not answer within ${limit / 1000} s: ${HELPER_ADVICE}`));
    process.kill();
  }, limit);
  try {
    const { result } = await connection.request("start", { protocol: PROTOCOL });
    const { protocol, cue } = await parseResult("start", result, process);
    if (protocol === PROTOCOL && cue === CUE_VERSION) return;
    const versions = `protocol ${protocol} and CUE ${cue}, and this opm needs ${PROTOCOL} and ${CUE_VERSION}`;
    throw new ModuleError(
      "general",
      `the CUE helper ${process.path} has ${versions}: build it anew with 'npm run build:cue' (takes Go), or unset OPM_CUE_HELPER`,
    );
  } catch (error) {
    process.kill();
    throw error;
  } finally {
    clearTimeout(late);
  }
}

/** Fails all that is under way once the helper ends or breaks the protocol. */
async function watch(process: HelperProcess, connection: Connection): Promise<void> {
  const served = connection.serve(process.output).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    connection.fail(new ModuleError("general", `the CUE helper ${process.path} broke the protocol: ${reason}: ${HELPER_ADVICE}`, { cause: error }));
  });
  // what it said last is read to the end, unless something that it started holds on to the pipe
  await Promise.race([served, process.ended.then(() => quietly(LAST_WORDS))]);
  const work = connection.underWay.join(", ");
  const how = await Promise.race([process.ended, quietly(LAST_WORDS).then(() => "closed its output")]);
  process.kill();
  connection.fail(new ModuleError("general", `the CUE helper ${how}${work === "" ? "" : ` while it worked on ${work}`}: ${HELPER_ADVICE}`));
}
