import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "../../bench/processes.ts";
import { type Ran, runOpm } from "../cli/run-opm.ts";
import { startBalancer } from "./balancer.ts";
import { type RegistryClient, registryClient } from "./registry-client.ts";
import { startTestServer, type TestServer } from "./server.ts";

type Section = Readonly<Record<string, unknown>>;

export interface NodesOptions {
  /** URL of an empty PostgreSQL database. */
  readonly database: string;
  /** `storage.content` of all; default: a folder. */
  readonly contentStore?: Section | undefined;
  /** How many there are, with what is special to each: milliseconds by which its clock is ahead, settings of its own. */
  readonly nodes: readonly { readonly clockShift?: number; readonly config?: Section }[];
  /** Settings of all. */
  readonly config?: Section;
}

/** Servers over one database and one content store, behind a balancer that spreads requests over them in turn. */
export interface Nodes {
  readonly servers: readonly TestServer[];
  /** The folder of the content that they share, unless it lies elsewhere. */
  readonly content: string;
  /** A client of one node alone. */
  client(index: number, headers?: Readonly<Record<string, string>>): RegistryClient;
  /** A client that comes to another node with each request. */
  balanced(headers?: Readonly<Record<string, string>>): RegistryClient;
  /** Runs a command on the stores that all share, with the settings of all. */
  opm(...args: readonly string[]): Promise<Ran>;
  stop(): Promise<void>;
}

/** Starts nodes one after the other, as the first makes the database, and the balancer of the guide before them. */
export async function startNodes({ database, contentStore, nodes, config = {} }: NodesOptions): Promise<Nodes> {
  const folder = mkdtempSync(join(tmpdir(), "opm-nodes-"));
  const content = join(folder, "content");
  const storage = { metadata: { driver: "postgres", url: database }, content: contentStore ?? { driver: "filesystem", path: content } };
  const running: { stop(): Promise<unknown> }[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((part) => part.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const servers: TestServer[] = [];
    for (const { config: own = {}, ...options } of nodes) {
      const server = await startTestServer({ ...options, port: freePort(), config: { storage, trustedProxies: ["127.0.0.1"], ...config, ...own } });
      servers.push(server);
      running.push(server);
    }
    const balancer = await startBalancer(servers.map(({ port }) => `127.0.0.1:${port}`));
    running.push(balancer);
    return {
      servers,
      content,
      client: (index, headers) => registryClient(() => servers[index]?.url ?? "", headers),
      opm(...args) {
        const file = join(folder, "opm.yaml");
        writeFileSync(file, JSON.stringify({ data: join(folder, "data"), storage, ...config }));
        return runOpm([...args, "--config", file]);
      },
      balanced: (headers) => registryClient(() => `http://${balancer.host}`, headers),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
