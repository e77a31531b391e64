import { ACCEPT, digestOf, type Resource } from "./content.ts";
import { request } from "./request.ts";
import type { Running } from "./subject.ts";

/**
 * Reads everything that a case reads once, before time is taken, and holds it against what was put there: what the quickest generator
 * cannot afford for each answer. @throws Error that names the first resource that is not as it was
 */
export async function verify(server: Running, resources: readonly Resource[]): Promise<void> {
  for (const { path, digest, holds } of resources) {
    const response = await request(server, path, { headers: { Accept: ACCEPT } });
    const body = new Uint8Array(await response.arrayBuffer());
    if (response.status !== 200) throw new Error(`${server.subject.name} answered ${response.status} to GET ${path}`);
    const right = digest === undefined ? holds?.(new TextDecoder().decode(body)) : digestOf(body) === digest;
    if (!right) throw new Error(`${server.subject.name} answered GET ${path} with something else than was put there`);
  }
}
