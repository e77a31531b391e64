import type { FromWorker, ToWorker, WorkerSettings } from "./messages.ts";

/** Where a standalone executable keeps its modules: there the program is the executable itself. */
const STANDALONE = /^\/\$bunfs\//;

/** The command that is a worker: not the one that was typed, as a worker gets all it needs by message. */
const WORKER_COMMAND: readonly string[] = [process.execPath, ...(STANDALONE.test(Bun.main) ? [] : [Bun.main]), "serve-worker"];

/** A worker, as the process sees it that started it. */
export interface WorkerProcess {
  readonly pid: number;
  /** What cannot be sent any more is not: `ended` tells. */
  send(message: ToWorker): void;
  /** Lets go of it: it ends when all that it said has arrived. */
  release(): void;
  kill(): void;
  /** Resolves with how it ended, after its last message. */
  readonly ended: Promise<string>;
}

/** Starts a worker. @param receive takes what it says */
export function startWorkerProcess(settings: WorkerSettings, receive: (message: FromWorker) => void): WorkerProcess {
  const over = Promise.withResolvers<void>();
  let connected = true;
  const child = Bun.spawn([...WORKER_COMMAND], {
    // node:http shares a port only where it takes itself for a worker of node:cluster.
    env: { ...process.env, ...(settings.config.server.listener === "node" && { NODE_UNIQUE_ID: "1" }) },
    stdio: ["ignore", "ignore", "inherit"],
    serialization: "advanced",
    ipc: (message: FromWorker) => receive(message),
    onDisconnect() {
      connected = false;
      over.resolve();
    },
  });
  const send = (message: ToWorker): void => {
    if (!connected) return;
    try {
      child.send(message);
    } catch {
      // It has exited, and the end of the channel is not told yet.
      connected = false;
    }
  };
  send({ type: "start", settings });
  return {
    pid: child.pid,
    send,
    release() {
      if (connected) child.disconnect();
    },
    kill: () => child.kill("SIGKILL"),
    ended: Promise.all([child.exited, over.promise]).then(() => `${child.signalCode ?? `exit code ${child.exitCode}`}`),
  };
}
