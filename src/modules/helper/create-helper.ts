import { Connection } from "./connection.ts";
import { type CallOptions, type Helper, ModuleError } from "./helper.ts";
import type { HelperReply } from "./helper-call.ts";
import { type HelperProcess, quietly } from "./helper-process.ts";
import type { HostMethod } from "./host-call.ts";
import { CUE_VERSION, HELPER_METHODS, type HelperMethod, type HelperResult, PROTOCOL } from "./protocol.ts";

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

/** A helper that starts with its first call. */
export function createHelper(options: HelperOptions): Helper {
  let running: Promise<Running> | undefined;
  let closed = false;
  const request = async (method: HelperMethod, params: unknown, call?: CallOptions): Promise<HelperReply> => {
    if (closed) throw new ModuleError("general", "the CUE helper is closed");
    call?.signal?.throwIfAborted();
    running ??= start(options);
    const { connection } = await running;
    return await connection.request(method, params, call);
  };
  return {
    async call(method, params, call) {
      const { result, body } = await request(method, params, call);
      body?.stop();
      return parseResult(method, result);
    },
    async stream(method, params, call) {
      const { result, body } = await request(method, params, call);
      try {
        return { result: parseResult(method, result), body: body ?? nothing() };
      } catch (error) {
        body?.stop();
        throw error;
      }
    },
    async close() {
      closed = true;
      const started = await running?.catch(() => undefined);
      if (started === undefined) return;
      const { process, connection } = started;
      const isIdle = connection.underWay.length === 0;
      connection.fail(new ModuleError("cancelled", "the CUE helper was closed"));
      // nothing to finish, and nobody has to wait
      if (isIdle) process.kill();
      else await process.stop();
    },
  };
}

interface Running {
  readonly process: HelperProcess;
  readonly connection: Connection;
}

async function start({ start, methods, startLimit = START_LIMIT }: HelperOptions): Promise<Running> {
  const process = await start();
  const connection = new Connection({ write: process.write, methods });
  void watch(process, connection);
  const late = setTimeout(() => {
    connection.fail(new ModuleError("general", `the CUE helper ${process.path} did not answer within ${startLimit / 1000} s: ${NEXT}`));
    process.kill();
  }, startLimit);
  try {
    const { protocol, cue } = parseResult("start", (await connection.request("start", { protocol: PROTOCOL })).result);
    if (protocol !== PROTOCOL || cue !== CUE_VERSION) {
      const versions = `protocol ${protocol} and CUE ${cue}, and this opm needs ${PROTOCOL} and ${CUE_VERSION}`;
      throw new ModuleError("general", `the CUE helper ${process.path} has ${versions}: build it anew with 'npm ci', or unset OPM_CUE_HELPER`);
    }
    return { process, connection };
  } catch (error) {
    process.kill();
    throw error;
  } finally {
    clearTimeout(late);
  }
}

const NEXT = "run the command again, and report it if that does not help";

/** Fails all that is under way once the helper ends or breaks the protocol. */
async function watch(process: HelperProcess, connection: Connection): Promise<void> {
  const served = connection.serve(process.output).catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    connection.fail(new ModuleError("general", `the CUE helper ${process.path} broke the protocol: ${reason}: ${NEXT}`, { cause: error }));
  });
  // what it said last is read to the end, unless something that it started holds on to the pipe
  await Promise.race([served, process.ended.then(() => quietly(LAST_WORDS))]);
  const work = connection.underWay.join(", ");
  const how = await Promise.race([process.ended, quietly(LAST_WORDS).then(() => "closed its output")]);
  process.kill();
  connection.fail(new ModuleError("general", `the CUE helper ${how}${work === "" ? "" : ` while it worked on ${work}`}: ${NEXT}`));
}

function parseResult<M extends HelperMethod>(method: M, result: unknown): HelperResult<M> {
  const parsed = HELPER_METHODS[method]().result.safeParse(result);
  if (!parsed.success)
    throw new ModuleError("internal", `the CUE helper answered ${method} in a way that this opm does not know: ${NEXT}`, { cause: parsed.error });
  return parsed.data as HelperResult<M>;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
