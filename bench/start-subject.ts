import { join } from "node:path";
import { freePort, type ServerProcess, spawnServer, waitForServer } from "./processes.ts";
import type { Authorizations, Certificate, Running, Subject } from "./subject.ts";

/** Starts a server with an empty store, in this folder, and waits until it answers. */
export async function startSubject(subject: Subject, folder: string, tls?: Certificate): Promise<Running> {
  const port = freePort();
  const address = `127.0.0.1:${port}`;
  const recipe = await subject.prepare({ folder, port, tls });
  const [program = "", ...rest] = recipe.command;
  const base = `${tls ? "https" : "http"}://${address}`;
  const trust = tls && { tls: { ca: await Bun.file(tls.certificate).text() } };
  const spawn = (flags: readonly string[]) =>
    spawnServer([program, ...flags, ...rest], { folder, ...(recipe.environment && { environment: recipe.environment }) });
  let flags: readonly string[] = [];
  let server: ServerProcess = spawn(flags);
  let authorizations: Authorizations | undefined;
  const ready = () => waitForServer(subject.name, server, { url: `${base}${recipe.ready}`, log: join(folder, "output.log"), ...trust });
  await ready();
  try {
    authorizations = await recipe.authorize?.((path, Authorization) => fetch(`${base}${path}`, { headers: { Authorization }, ...trust }));
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    subject,
    folder,
    address,
    tls,
    authorizations,
    get pid() {
      return server.pid;
    },
    stop: () => server.stop(),
    async restart(next = flags) {
      await server.stop();
      flags = next;
      server = spawn(flags);
    },
    ready,
  };
}
