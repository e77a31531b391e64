import { type Log, openLog } from "../log.ts";
import { openParts } from "../open-parts.ts";
import { createProcessMetrics } from "../process-metrics.ts";
import { serveRequests } from "../serve-requests.ts";
import { valuesOf } from "./merge-metrics.ts";
import type { FromWorker, ToWorker, WorkerSettings } from "./messages.ts";
import { Questions } from "./questions.ts";

/** Milliseconds that the figures of all processes are waited for: longer than these may take. */
const FIGURES_LIMIT = 5000;

/** Milliseconds that requests get to end when the primary process has gone: another registry may be started at any moment. */
const ORPHAN_LIMIT = 2000;

/** A worker that accepts connections. */
interface Worker {
  receive(message: Exclude<ToWorker, { type: "start" | "stop" }>): void;
  stop(): Promise<void>;
}

/** Answers requests until the primary process says to stop, or has gone: this process is one of its workers. */
export async function runWorker(): Promise<void> {
  const gone = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  let worker: Promise<Worker> | undefined;
  process.on("disconnect", gone.resolve);
  process.on("message", (message: ToWorker) => {
    if (message.type === "start") {
      worker = startWorker(message.settings);
      worker.catch(async (error: unknown) => {
        tell({ type: "failed", why: error instanceof Error ? error.message : String(error) });
        tell({ type: "stopped" });
      });
    } else if (message.type === "stop") stopped.resolve();
    else
      void worker?.then(
        ({ receive }) => receive(message),
        // That it could not be started is told above.
        () => undefined,
      );
  });
  const isOrphan = await Promise.race([gone.promise.then(() => true), stopped.promise.then(() => false)]);
  const ending = worker?.then((running) => running.stop()).catch(() => undefined);
  if (isOrphan) {
    await Promise.race([ending, Bun.sleep(ORPHAN_LIMIT)]);
    process.exit(1);
  }
  await ending;
  tell({ type: "stopped" });
  await gone.promise;
}

function tell(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

async function startWorker({ config, port, workers }: WorkerSettings): Promise<Worker> {
  const log = openLog(config.log, (text) => tell({ type: "log", text }));
  const records: Log = { write: (level, message, fields) => tell({ type: "record", level, message, fields }), flush: log.flush };
  const parts = await openParts(config, records, {
    create: false,
    worker: {
      of: workers,
      uploadCancelled: (id) => tell({ type: "upload-cancelled", id }),
      unread: () => tell({ type: "unread" }),
    },
  });
  const { access, registry } = parts.services;
  const { begin, end, metrics } = createProcessMetrics(access.failedLogins);
  const renders = new Questions<string>(FIGURES_LIMIT);
  const render = async (): Promise<string> => {
    const text = await renders.ask((request) => tell({ type: "render", request }));
    if (text === undefined) throw new Error("the process that looks after the workers gave no figures");
    return text;
  };
  const listener = await serveRequests(config, { ...parts, log, metrics: { begin, end, render } }, { port, processes: workers }).catch(
    async (error: unknown) => {
      await parts.close();
      throw error;
    },
  );
  tell({ type: "ready" });
  return {
    receive(message) {
      switch (message.type) {
        case "reload":
          void Promise.all([access.reload(), parts.certificate?.reload()]).then(() => tell({ type: "reloaded", request: message.request }));
          break;
        case "figures":
          void valuesOf(metrics).then((values) => tell({ type: "figures", request: message.request, values }));
          break;
        case "rendered":
          renders.answer(message.request, message.text);
          break;
        case "upload-cancelled":
          registry.tickets.end(message.id);
          void registry.turns.cancelHere(message.id);
          break;
      }
    },
    async stop() {
      await listener.stop();
      await parts.close();
      log.flush();
    },
  };
}
