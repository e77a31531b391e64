import { dlopen } from "bun:ffi";
import type { SocketHandler, TCPSocketListener } from "bun";
import type { ListenAddress } from "../../config/listen.ts";
import { fromCLibrary } from "../../storage/c-library.ts";
import { acceptAt } from "../transport/accept.ts";

/** A port that is taken: nobody else gets it, but whom this process allows to share it. */
export interface HeldPort {
  readonly port: number;
  release(): void;
}

/** As Linux numbers them. */
const DUPLICATE_PRIVATE = 1030;
const SOCKET_LEVEL = 1;
const REUSE_ADDRESS = 2;
const REUSE_PORT = 15;
const SHUT_READ = 0;

/** What listeners of Bun have, and its types do not name. */
interface Descriptor {
  readonly fd?: number;
}

/** For whoever connects while it is found out whether the port is to be had. */
const CLOSED: SocketHandler = { open: (socket) => socket.terminate(), data() {} };

const calls = () =>
  fromCLibrary(
    (path) =>
      dlopen(path, {
        fcntl: { args: ["i32", "i32", "i32"], returns: "i32" },
        setsockopt: { args: ["i32", "i32", "i32", "ptr", "u32"], returns: "i32" },
        shutdown: { args: ["i32", "i32"], returns: "i32" },
        close: { args: ["i32"], returns: "i32" },
      }).symbols,
  );

/**
 * Takes a port for processes that share it by SO_REUSEPORT, which of the same account any process could join. So it is first taken without, as
 * every registry does: one of two fails. Its socket then lets others share, accepts nothing itself, and keeps the port while no
 * worker runs. Linux only.
 * @throws Error with the code of the system when it cannot be had
 */
export async function holdPort({ host, port }: ListenAddress): Promise<HeldPort> {
  const system = calls();
  if (system === undefined) throw new Error("this system has no C library that is known here, so a port cannot be shared: set server.workers to 1");
  const { fcntl, setsockopt, shutdown, close } = system;
  const taken = await acceptAt(host, (address) => hold(address, port === 0 ? freePort(address) : port));
  return { port: taken.port, release: taken.stop };

  function hold(address: string, wanted: number) {
    const server: TCPSocketListener & Descriptor = Bun.listen({ hostname: address, port: wanted, socket: CLOSED });
    // The name of the socket outlives Bun's listener.
    const socket = fcntl(server.fd ?? -1, DUPLICATE_PRIVATE, 3);
    const shared =
      socket >= 0 &&
      setsockopt(socket, SOCKET_LEVEL, REUSE_ADDRESS, Int32Array.of(0), 4) === 0 &&
      setsockopt(socket, SOCKET_LEVEL, REUSE_PORT, Int32Array.of(1), 4) === 0 &&
      shutdown(socket, SHUT_READ) === 0;
    server.stop(true);
    if (!shared) throw new Error("this system does not let several processes share a port: set server.workers to 1");
    return { port: wanted, stop: () => void close(socket) };
  }
}

/** A port that was chosen by the system would be given back with the end of the listener. */
function freePort(address: string): number {
  const server = Bun.listen({ hostname: address, port: 0, socket: CLOSED });
  const { port } = server;
  server.stop(true);
  return port;
}
