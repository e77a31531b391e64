/** A server that takes connections and never says anything. */
export interface SilentRegistry {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** Requests so far. */
  asked(): number;
  stop(): void;
}

export function startSilentRegistry(): SilentRegistry {
  let asked = 0;
  const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => void asked++ } });
  return { host: `127.0.0.1:${server.port}`, asked: () => asked, stop: () => server.stop(true) };
}
