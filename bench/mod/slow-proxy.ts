import { connect, createServer, type Socket } from "node:net";

export interface SlowProxy {
  /** `127.0.0.1:port` */
  readonly host: string;
  close(): void;
}

/** Stands before a server of the loopback as if it were far away. @param latency milliseconds there and back, also of a connection that is opened */
export async function startSlowProxy(port: number, latency: number): Promise<SlowProxy> {
  const open = new Set<Socket>();
  const track = (socket: Socket) => {
    open.add(socket);
    socket.setNoDelay(true);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => open.delete(socket));
  };
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    track(client);
    track(upstream);
    const openUntil = performance.now() + latency;
    relay(client, upstream, () => Math.max(latency / 2, openUntil + latency / 2 - performance.now()));
    relay(upstream, client, () => latency / 2);
  });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy has no port");
  return {
    host: `127.0.0.1:${address.port}`,
    close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** Passes on what comes, in order, each piece so many milliseconds later. */
function relay(from: Socket, to: Socket, delay: () => number): void {
  let last = 0;
  const later = (task: () => void) => {
    last = Math.max(last, performance.now() + delay());
    setTimeout(task, last - performance.now());
  };
  from.on("data", (chunk) => later(() => void to.write(chunk)));
  from.on("end", () => later(() => to.end()));
  from.on("close", () => later(() => to.destroySoon()));
}
