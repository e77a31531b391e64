import type { Running } from "./subject.ts";

/** Asks a server that runs, over TLS where it has that. */
export async function request({ address, tls }: Running, path: string, options: RequestInit): Promise<Response> {
  if (tls === undefined) return fetch(`http://${address}${path}`, options);
  return fetch(`https://${address}${path}`, { ...options, tls: { ca: await Bun.file(tls.certificate).text() } });
}
