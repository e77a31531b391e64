import { openTlsFront } from "../tls/front.ts";
import { type AcceptOptions, type Acceptor, acceptAt, endBroken, sharing } from "../transport/accept.ts";
import type { Listener, ListenerOptions } from "../transport/listener.ts";
import { giveOn } from "../transport/received.ts";
import { SocketWire } from "../transport/socket-wire.ts";
import type { Wire, WireUser } from "../transport/wire.ts";
import { Connections } from "./connections.ts";

/**
 * Listens for HTTP/1.1 on sockets of Bun, with a reader of requests of its own (docs/decisions/http-listener.md).
 * @throws Error with the code of the system when it cannot listen there
 */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const { host, port, shared, certificate, headerTime, fault } = options;
  const connections = new Connections({ ...options, scheme: certificate === undefined ? "http" : "https" });
  const serve = (wire: Wire) => connections.serve(wire);
  const accept = (address: string) =>
    certificate === undefined
      ? acceptPlain({ address, port, shared, serve, fault })
      : openTlsFront({ address, port, shared, serve, fault, certificate, handshakeTime: headerTime });
  try {
    const acceptor = await acceptAt(host, accept);
    return {
      port: acceptor.port,
      async stop() {
        acceptor.stop();
        await connections.stop();
      },
    };
  } catch (error) {
    await connections.stop();
    throw error;
  }
}

interface Link {
  readonly user: WireUser;
}

function acceptPlain({ address, port, shared, serve, fault }: AcceptOptions): Acceptor {
  const server = Bun.listen<Link>({
    hostname: address,
    port,
    ...sharing(shared),
    // A client that has sent all it wants to may end its half, and still wait for the answer.
    allowHalfOpen: true,
    socket: {
      open(socket) {
        socket.data = { user: serve(new SocketWire(socket)) };
      },
      data: (socket, bytes) => giveOn(bytes, socket.data.user),
      drain: (socket) => socket.data.user.drained(),
      end: (socket) => socket.data.user.ended(),
      close: (socket) => socket.data.user.closed(),
      error: endBroken(fault),
    },
  });
  return { port: server.port, stop: () => server.stop() };
}
