import { eventually } from "./eventually.ts";

/**
 * Waits until a server handles so many requests, of which the question itself is one.
 * @param url of the server
 * @throws Error when it does not within 10 s
 */
export async function untilInFlight(url: string, count: number): Promise<void> {
  await eventually(`the server handles ${count} requests at once`, async () => {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    return Number(/^opm_http_requests_in_flight (\d+)$/m.exec(metrics)?.[1]) >= count;
  });
}
