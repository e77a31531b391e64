import { connect, createServer, type Socket } from "node:net";
import { MessageReader } from "./postgres-messages.ts";

/** Stands between a registry and its PostgreSQL: adds time to each round trip, counts them, and fails on purpose. */
export interface PostgresProxy {
  /** The URL of a database as it is reached through the proxy. */
  urlOf(direct: string): string;
  /** Round trips so far: a statement that is sent before the answer to another one came is in the same round trip. */
  roundTrips(): number;
  /** Connections that are open. */
  connections(): number;
  /** Starts counting anew. */
  reset(): void;
  /** Passes nothing on any more, and says nothing of it, as a broken network does; false: only for the bytes and connections to come it does again. */
  silence(on: boolean): void;
  /** Resets every connection, and new ones at once while it is on. */
  cut(on: boolean): void;
  /** Lets the server do the next COMMIT, but ends the connection in place of its answer. */
  loseCommit(): void;
  close(): Promise<void>;
}

interface Link {
  readonly client: Socket;
  readonly server: Socket;
}

/**
 * @param port of the server
 * @param delay milliseconds that a round trip takes longer
 */
export async function startPostgresProxy(port: number, delay = 0): Promise<PostgresProxy> {
  const links = new Set<Link>();
  let [silent, refusing, losing] = [false, false, false];
  /** The largest number of round trips, one after the other, that an answer stands at the end of. */
  let depth = 0;
  const listener = createServer((client) => {
    const server = connect(port, "127.0.0.1");
    const link = { client, server };
    links.add(link);
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on("error", () => socket.destroy());
    }
    if (refusing) return void reset(link);
    /** For each answer that is due, the round trips at whose end it stands. */
    const due: number[] = [];
    let lost = false;
    const requests = new MessageReader("client", (kind, prepared) => {
      if (kind === "B" && prepared === "COMMIT" && losing) [lost, losing] = [true, false];
      if (kind === "S" || kind === "Q" || kind === "startup") due.push(depth + 1);
    });
    const answers = new MessageReader("server", (kind) => {
      if (kind === "Z") depth = Math.max(depth, due.shift() ?? 0);
    });
    client.on("data", (bytes: Buffer) => {
      if (silent) return;
      requests.read(bytes);
      setTimeout(() => server.write(bytes), delay);
    });
    server.on("data", (bytes: Buffer) => {
      if (silent) return;
      if (lost) return void reset(link);
      answers.read(bytes);
      client.write(bytes);
    });
    client.on("close", () => void server.destroy());
    server.on("close", () => {
      links.delete(link);
      if (!silent) client.destroy();
    });
  });
  const ready = Promise.withResolvers<void>();
  listener.listen(0, "127.0.0.1", ready.resolve);
  await ready.promise;
  const address = listener.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    urlOf(direct) {
      const url = new URL(direct);
      url.port = String(address.port);
      return url.href;
    },
    roundTrips: () => depth,
    connections: () => links.size,
    reset: () => {
      depth = 0;
    },
    silence: (on) => {
      silent = on;
    },
    cut: (on) => {
      refusing = on;
      if (on) for (const link of links) reset(link);
    },
    loseCommit: () => {
      losing = true;
    },
    async close() {
      const closed = new Promise((resolve) => listener.close(resolve));
      for (const link of links) reset(link);
      await closed;
    },
  };
}

function reset({ client, server }: Link): void {
  client.resetAndDestroy();
  server.destroy();
}
