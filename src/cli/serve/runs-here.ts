import { parseListen, reachableHost } from "../../config/listen.ts";
import type { Config } from "../../config/schema.ts";

/** Milliseconds to wait for an answer. */
const PATIENCE = 2000;

/** Whether a registry of this program answers at the address that the configuration would listen on. */
export async function runsHere({ listen, tls }: Config): Promise<boolean> {
  const { host, port } = parseListen(listen);
  const name = reachableHost(host);
  try {
    const answer = await fetch(`${tls === undefined ? "http" : "https"}://${name}:${port}/healthz`, {
      signal: AbortSignal.timeout(PATIENCE),
      redirect: "manual",
      // Only asked whether it is there: nothing is sent, and nothing that it says is used.
      tls: { rejectUnauthorized: false },
    });
    return answer.ok && (await answer.text()) === '{"status":"ok"}';
  } catch {
    return false;
  }
}
