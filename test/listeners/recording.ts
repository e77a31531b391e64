import type { HttpReply, HttpRequest } from "../../src/server/http.ts";
import { listen as listenOwn } from "../../src/server/http1/listener.ts";
import { listen as listenNode } from "../../src/server/node/listener.ts";
import type { Listener, ListenerOptions } from "../../src/server/transport/listener.ts";

/** What reads requests, by its name in `server.listener`. */
const LISTENERS = { own: listenOwn, node: listenNode } as const;

export type ListenerName = keyof typeof LISTENERS;

export const LISTENER_NAMES = Object.keys(LISTENERS) as ListenerName[];

/** A request as an endpoint saw it. */
export interface Taken {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  /** The host that it is for. */
  readonly host: string | undefined;
  /** In latin1; undefined when it did not arrive whole. */
  readonly body: string | undefined;
}

export interface RecordingListener {
  readonly port: number;
  /** Takes what it has recorded: every request in the order in which they were taken, once each has been read. */
  taken(): Promise<readonly Taken[]>;
  stop(): Promise<void>;
}

/** Starts a listener whose requests are answered 200, once their body was read, and written down. Those that the gate refuses count as not taken. */
export async function record(name: ListenerName, options: Partial<ListenerOptions> = {}): Promise<RecordingListener> {
  let running: Promise<Taken>[] = [];
  const handle = async (request: HttpRequest): Promise<HttpReply> => {
    const reading = readRequest(request);
    running.push(reading);
    const { body } = await reading;
    return body === undefined ? { status: 400, headers: { Connection: "close" } } : { status: 200, headers: {} };
  };
  const listener = await listenAs(name, { ...options, handle });
  return {
    port: listener.port,
    async taken() {
      const before = running;
      running = [];
      return Promise.all(before);
    },
    stop: () => listener.stop(),
  };
}

/** Starts a listener on a free port of loopback, with limits that no test reaches unless it sets others. */
export function listenAs(name: ListenerName, options: Partial<ListenerOptions> & Pick<ListenerOptions, "handle">): Promise<Listener> {
  return LISTENERS[name]({ host: "127.0.0.1", port: 0, idle: 50_000, headerTime: 50_000, headerSize: 16 * 1024, ...options });
}

async function readRequest(request: HttpRequest): Promise<Taken> {
  const { method, path, search, authority: host } = request;
  if (request.hostCount > 1 || !path.startsWith("/")) return { method, target: path, host, body: undefined };
  const seen = { method, target: search === "" ? path : `${path}?${search}`, host };
  try {
    const pieces = await Array.fromAsync(request.body);
    return { ...seen, body: Buffer.concat(pieces).toString("latin1") };
  } catch {
    return { ...seen, body: undefined };
  }
}
