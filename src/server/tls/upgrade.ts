import type { SecureContext } from "node:tls";
import type { Socket, SocketHandler, TLSOptions, TLSUpgradeOptions } from "bun";

/** What Bun's own node:tls gives to `upgradeTLS` on the server's side, and its types do not name. */
interface ServerUpgrade<Data> extends TLSUpgradeOptions<Data> {
  readonly isServer: true;
  /** What was read of the connection already. */
  readonly initialData: Uint8Array;
  readonly tls: TLSOptions & { readonly secureContext: unknown };
}

/** As ALPN is written (RFC 7301, section 3.1): a client that speaks none of these is refused. */
const PROTOCOLS = Buffer.from("\x08http/1.1", "latin1");

export interface UpgradeOptions<Data> {
  readonly context: SecureContext;
  /** What was read of the connection already. */
  readonly first: Uint8Array;
  readonly handlers: SocketHandler<Data>;
}

/** Begins with TLS on a connection that was accepted, in native code and with the sessions that the context has. */
export function upgrade<Data>(socket: Socket<Data>, { context, first, handlers }: UpgradeOptions<Data>): Socket<Data> {
  const options: ServerUpgrade<Data> = {
    data: socket.data,
    isServer: true,
    initialData: first,
    tls: { secureContext: context.context, ALPNProtocols: PROTOCOLS },
    socket: handlers,
  };
  const [, secure] = socket.upgradeTLS(options);
  return secure;
}
