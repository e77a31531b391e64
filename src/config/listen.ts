/** An address to listen on. An empty host means every address of the machine. */
export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

/** Splits a `listen` value that the schema accepted: `127.0.0.1:5000`, `[::1]:5000`, `:5000`. IPv6 loses its brackets. */
export function parseListen(listen: string): ListenAddress {
  const colon = listen.lastIndexOf(":");
  return { host: listen.slice(0, colon).replace(/^\[(.*)\]$/, "$1"), port: Number(listen.slice(colon + 1)) };
}

/** Where a program of this machine reaches who listens on the host, as URLs have it. */
export function reachableHost(host: string): string {
  if (host === "" || host === "0.0.0.0" || host === "::") return "127.0.0.1";
  return host.includes(":") ? `[${host}]` : host;
}
