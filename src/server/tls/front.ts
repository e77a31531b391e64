import type { Socket, SocketHandler } from "bun";
import { type AcceptOptions, type Acceptor, endBroken, sharing } from "../transport/accept.ts";
import { giveBack, giveOn } from "../transport/received.ts";
import { SocketWire } from "../transport/socket-wire.ts";
import type { WireUser } from "../transport/wire.ts";
import type { Certificate } from "./certificate.ts";
import { refusePlain } from "./refuse-plain.ts";
import { upgrade } from "./upgrade.ts";

export interface FrontOptions extends AcceptOptions {
  readonly certificate: Pick<Certificate, "current">;
  /** Milliseconds that a client gets for the handshake. */
  readonly handshakeTime: number;
}

/** A connection: first that of the client as it is, then what is decrypted of it. */
interface Link {
  socket: Socket<Link>;
  /** Ends the connection unless its handshake is done in time. */
  readonly timer: Timer;
  /** Whether its first bytes have come. */
  begun: boolean;
  /** Who has taken it over, since its handshake is done. */
  user: WireUser | undefined;
}

/** First byte of a connection that begins with a handshake (RFC 8446, section 5.1). */
const HANDSHAKE = 22;

/**
 * Accepts connections and has them taken over once their handshake is done. Each takes the certificate that is current when it begins,
 * so that a new one is served at once and no request is dropped for it.
 */
export function openTlsFront({ address, port, shared, serve, fault, certificate, handshakeTime }: FrontOptions): Acceptor {
  const arriving = new Set<Link>();
  const arrived = (link: Link) => {
    clearTimeout(link.timer);
    arriving.delete(link);
  };
  const secure: SocketHandler<Link> = {
    handshake(socket, success) {
      // Where it failed, the alert that says why is on its way, and the connection ends.
      if (!success) return;
      arrived(socket.data);
      socket.data.user = serve(new SocketWire(socket));
    },
    data(socket, bytes) {
      if (socket.data.user !== undefined) giveOn(bytes, socket.data.user);
    },
    drain: (socket) => socket.data.user?.drained(),
    end(socket) {
      const { user } = socket.data;
      if (user === undefined) socket.terminate();
      else user.ended();
    },
    close: (socket) => socket.data.user?.closed(),
    error: endBroken(fault),
  };
  const server = Bun.listen<Link>({
    hostname: address,
    port,
    ...sharing(shared),
    allowHalfOpen: true,
    socket: {
      open(socket) {
        const link: Link = { socket, timer: setTimeout(() => link.socket.terminate(), handshakeTime), begun: false, user: undefined };
        socket.data = link;
        arriving.add(link);
      },
      data(socket, bytes) {
        const link = socket.data;
        // Bun tells of what is encrypted, too.
        if (link.begun) return giveBack(bytes);
        link.begun = true;
        if (bytes[0] === HANDSHAKE) link.socket = upgrade(socket, { context: certificate.current(), first: bytes, handlers: secure });
        else refusePlain(socket, bytes);
      },
      end: (socket) => void socket.end(),
      close: (socket) => arrived(socket.data),
      error: endBroken(fault),
    },
  });
  return {
    port: server.port,
    stop() {
      server.stop();
      for (const { socket } of arriving) socket.terminate();
    },
  };
}
