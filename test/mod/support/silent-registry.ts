/** A server that takes connections and never says anything. */
export interface SilentRegistry {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  /** Resolves when somebody asks. */
  readonly asked: Promise<void>;
  stop(): void;
}

export function startSilentRegistry(): SilentRegistry {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const server = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => resolve() } });
  return { host: `127.0.0.1:${server.port}`, asked, stop: () => server.stop(true) };
}
