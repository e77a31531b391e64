/** What a server is started with. */
export interface StartOptions {
  /** Empty at the first start, of the server's own; removed by the caller. */
  readonly folder: string;
  /** Of loopback, where the server is to listen. */
  readonly port: number;
  /** Serve TLS alone, with these PEM files. */
  readonly tls: Certificate | undefined;
  /** Which of its nodes: 0 is the first, which is ready before the next ones are prepared. */
  readonly node: number;
}

/** Paths of PEM files; the certificate is its own authority. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** How a server is run once its folder is prepared. */
export interface Recipe {
  readonly command: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Path that answers below 500 once the server is ready. */
  readonly ready: string;
  /** Rights to push, asked for when the server runs. */
  authorize?(ask: (path: string, authorization: string) => Promise<Response>): Promise<Authorizations>;
}

/** Values of Authorization headers. */
export interface Authorizations {
  /** Of pushes that are measured. */
  readonly push: string;
  /** Of what brings the content that is read. */
  readonly fill: string;
}

/** A server that is compared. What is acknowledged is on the disk, as far as it can promise that. */
export interface Subject {
  /** The head of its column. */
  readonly name: string;
  readonly version: string;
  /** ours: measured against the targets. peer: a registry. floor: no registry, shows what the machine can do, reads only. */
  readonly kind: "ours" | "peer" | "floor";
  /** How many processes there are over one store, each with an address of its own, which share the load. Default: one. */
  readonly nodes?: number;
  /** Writes what the server needs into its folder. @throws Error when it cannot do what is asked, as TLS */
  prepare(options: StartOptions): Promise<Recipe>;
}

/** A server that runs. */
export interface Running {
  readonly subject: Subject;
  readonly folder: string;
  /** `127.0.0.1:port`. */
  readonly address: string;
  readonly tls: Certificate | undefined;
  /** Another after `restart`. */
  readonly pid: number;
  readonly authorizations: Authorizations | undefined;
  /** Its other nodes. They take what this one authorizes. */
  readonly others: readonly Running[];
  /** Stops its other nodes, too. */
  stop(): Promise<void>;
  /**
   * Stops it, and starts it again on the same folder and port, without waiting for an answer.
   * @param flags stand behind the program; default: those of the last start
   */
  restart(flags?: readonly string[]): Promise<void>;
  /** Waits until it answers. */
  ready(): Promise<void>;
}

/** All nodes of a server, itself the first. */
export function nodesOf(server: Running): readonly Running[] {
  return [server, ...server.others];
}
