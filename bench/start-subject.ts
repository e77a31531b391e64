import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { freePort, type ServerProcess, spawnServer, waitForServer } from "./processes.ts";
import type { Authorizations, Certificate, Running, StartOptions, Subject } from "./subject.ts";

/** Starts a server with an empty store, in this folder, with all its nodes, and waits until they answer. */
export async function startSubject(subject: Subject, folder: string, tls?: Certificate): Promise<Running> {
  const others: Running[] = [];
  const first = await startNode(subject, { folder, tls, node: 0, others });
  try {
    for (let node = 1; node < (subject.nodes ?? 1); node++) {
      const own = join(folder, `node-${node}`);
      mkdirSync(own);
      others.push(await startNode(subject, { folder: own, tls, node, others: [], authorizations: first.authorizations }));
    }
  } catch (error) {
    await first.stop();
    throw error;
  }
  return first;
}

interface NodeOptions extends Omit<StartOptions, "port"> {
  readonly others: readonly Running[];
  /** What an earlier node gave. */
  readonly authorizations?: Authorizations | undefined;
}

async function startNode(subject: Subject, { folder, tls, node, others, authorizations }: NodeOptions): Promise<Running> {
  const port = freePort();
  const address = `127.0.0.1:${port}`;
  const recipe = await subject.prepare({ folder, port, tls, node });
  const [program = "", ...rest] = recipe.command;
  const base = `${tls ? "https" : "http"}://${address}`;
  const trust = tls && { tls: { ca: await Bun.file(tls.certificate).text() } };
  const spawn = (flags: readonly string[]) =>
    spawnServer([program, ...flags, ...rest], { folder, ...(recipe.environment && { environment: recipe.environment }) });
  let flags: readonly string[] = [];
  let server: ServerProcess = spawn(flags);
  const ready = () => waitForServer(subject.name, server, { url: `${base}${recipe.ready}`, log: join(folder, "output.log"), ...trust });
  await ready();
  try {
    authorizations ??= await recipe.authorize?.((path, Authorization) => fetch(`${base}${path}`, { headers: { Authorization }, ...trust }));
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
    others,
    get pid() {
      return server.pid;
    },
    async stop() {
      await Promise.all([server.stop(), ...others.map((other) => other.stop())]);
    },
    async restart(next = flags) {
      await server.stop();
      flags = next;
      server = spawn(flags);
    },
    ready,
  };
}
