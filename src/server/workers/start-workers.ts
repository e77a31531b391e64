import { parseListen } from "../../config/listen.ts";
import type { Config } from "../../config/schema.ts";
import { type Log, type LogFields, type LogLevel, openLog } from "../log.ts";
import { maintain } from "../maintain.ts";
import { openParts } from "../open-parts.ts";
import { createProcessMetrics } from "../process-metrics.ts";
import { renderMetrics } from "../prometheus.ts";
import { type RunningServer, type StartOptions, urlOf } from "../running-server.ts";
import { STOP_LIMIT } from "../transport/listener.ts";
import { holdPort } from "./hold-port.ts";
import { countersOf, type MetricValues, mergeMetrics, valuesOf } from "./merge-metrics.ts";
import type { FromWorker } from "./messages.ts";
import { Questions } from "./questions.ts";
import { SaidOnce } from "./said-once.ts";
import { WorkerSlot } from "./worker-slot.ts";

/** Milliseconds that workers get to say their figures, and to read files again. */
const FIGURES_LIMIT = 2000;
const RELOAD_LIMIT = 10_000;

/** Milliseconds that a worker gets to store what it has counted when its requests are over. */
const CLOSE_LIMIT = 15_000;

export interface WorkersOptions extends StartOptions {
  readonly workers: number;
}

/**
 * Starts a registry whose requests several processes answer. This one brings the stores up to date, holds the port, looks after the workers and
 * does what is done once for all of them: maintenance, the log, and the figures of all.
 */
export async function startWorkers(config: Config, { version, adopt, workers }: WorkersOptions): Promise<RunningServer> {
  const log = openLog(config.log, (text) => process.stderr.write(text));
  const held = await holdPort(parseListen(config.listen));
  const said = new SaidOnce();
  const record = (process: string, level: LogLevel, message: string, fields?: LogFields): void => {
    if (said.isNew(process, JSON.stringify([message, fields]))) log.write(level, message, fields);
  };
  const records: Log = { write: (...written) => record("primary", ...written), flush: log.flush };
  const parts = await openParts(config, records, { create: true, adopt }).catch((error: unknown) => {
    held.release();
    throw error;
  });
  const maintenance = maintain(config, { ...parts, version, log });
  const own = createProcessMetrics();
  const failure = Promise.withResolvers<string>();
  const figures = new Questions<readonly MetricValues[]>(FIGURES_LIMIT);
  const reloads = new Questions<true>(RELOAD_LIMIT);
  /** What each worker said last of itself, and what those that ended have counted. */
  const last = new Map<number, readonly MetricValues[]>();
  let counted: readonly MetricValues[] = [];

  const settings = { config, port: held.port, workers };
  const slots = Array.from({ length: workers }, (_, index) => {
    const number = index + 1;
    const slot: WorkerSlot = new WorkerSlot({
      number,
      settings,
      log,
      receive: (message) => receive(slot, message),
      ended() {
        counted = mergeMetrics([
          { process: "", metrics: counted },
          { process: "", metrics: countersOf(last.get(number) ?? []) },
        ]);
        last.delete(number);
      },
      gaveUp: failure.resolve,
    });
    return slot;
  });

  async function stop(): Promise<void> {
    await Promise.all([...slots.map((slot) => slot.stop(STOP_LIMIT + CLOSE_LIMIT)), maintenance.stop()]);
    await parts.close();
    held.release();
  }

  try {
    await Promise.all(slots.map(({ ready }) => ready));
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url: urlOf(config, held.port),
    log,
    failed: failure.promise,
    async reload() {
      const { access } = parts.services;
      const others = slots.filter(({ isReady }) => isReady).map((slot) => reloads.ask((request) => slot.tell({ type: "reload", request })));
      await Promise.all([access.reload(), parts.certificate?.reload(), ...others]);
    },
    async stop() {
      await stop();
      log.write("info", "stopped");
      log.flush();
    },
    abort() {
      for (const slot of slots) slot.kill();
    },
  };

  function receive(slot: WorkerSlot, message: FromWorker): void {
    switch (message.type) {
      case "log":
        process.stderr.write(message.text);
        break;
      case "record":
        record(`worker-${slot.number}`, message.level, message.message, message.fields);
        break;
      case "figures":
        last.set(slot.number, message.values);
        figures.answer(message.request, message.values);
        break;
      case "render":
        void render().then(
          (text) => slot.tell({ type: "rendered", request: message.request, text }),
          () => slot.tell({ type: "rendered", request: message.request, text: undefined }),
        );
        break;
      case "reloaded":
        reloads.answer(message.request, true);
        break;
      case "upload-cancelled":
        for (const other of slots) if (other !== slot) other.tell(message);
        break;
      case "unread":
        parts.services.registry.unread();
        break;
    }
  }

  /** The figures of all processes. Of a worker that is too busy to say its own, those that it said before. */
  async function render(): Promise<string> {
    await Promise.all(slots.filter(({ isReady }) => isReady).map((slot) => figures.ask((request) => slot.tell({ type: "figures", request }))));
    const processes = [...last].map(([number, metrics]) => ({ process: `worker-${number}`, metrics }));
    const all = mergeMetrics([{ process: "primary", metrics: await valuesOf(own.metrics) }, { process: "", metrics: counted }, ...processes]);
    return renderMetrics([...all.map(({ values, ...metric }) => ({ ...metric, samples: () => values })), ...maintenance.metrics]);
  }
}
