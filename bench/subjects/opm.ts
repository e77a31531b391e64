import { join } from "node:path";
import type { Subject } from "../subject.ts";

const MAIN = join(import.meta.dir, "..", "..", "src", "main.ts");

const USER = "bench";
const PASSWORD = "bench-password";
const BASIC = `Basic ${btoa(`${USER}:${PASSWORD}`)}`;

/** The repository that is pushed to while time is taken. */
const REPOSITORY = "bench/push";

/** What is special to one of ours. */
export interface OpmSettings {
  /** The head of its column. Default: `opm`, with the workers behind it. */
  readonly name?: string;
  /** What reads requests, and in how many processes. */
  readonly server?: { readonly listener?: string | undefined; readonly workers?: number | undefined };
  /** How many nodes there are. Default: one. */
  readonly nodes?: number;
  /** Where a server stores. Asked once for each server, which its nodes share. Default: in its folder. */
  store?(): Promise<Readonly<Record<string, unknown>>>;
}

/**
 * Ours, as a user runs it: access control with an anonymous grant to pull and an account that pushes with a bearer token,
 * metrics, a log line for each request, full durability.
 */
export function opm(executable: string, version: string, { server = {}, nodes = 1, store, ...rest }: OpmSettings = {}): Subject {
  const set = Object.entries(server).filter(([, value]) => value !== undefined);
  const { name = server.workers === undefined ? "opm" : `opm-${server.workers}` } = rest;
  let stored: Readonly<Record<string, unknown>> | undefined;
  return {
    name,
    version: [version, ...set.map(([name, value]) => `server.${name} ${value}`)].join(", "),
    kind: "ours",
    nodes,
    async prepare({ folder, port, tls, node }) {
      if (node === 0) stored = await store?.();
      const config = join(folder, "opm.yaml");
      const settings = {
        listen: `127.0.0.1:${port}`,
        data: join(folder, "data"),
        storage: { durability: "full", ...stored },
        ...(set.length > 0 && { server: Object.fromEntries(set) }),
        ...(tls && { tls }),
        access: {
          grants: [
            { subjects: ["anonymous"], repositories: "**", actions: ["pull"] },
            { subjects: [`user:${USER}`], repositories: "bench/**", actions: ["pull", "push"] },
          ],
          // The run is longer than the default, and clients would ask for another token in between.
          tokenLifetime: "1h",
        },
      };
      await Bun.write(config, JSON.stringify(settings));
      const command = [executable, MAIN, "serve", "--config", config];
      // The first has made the account, and asks for the token.
      if (node > 0) return { command, ready: "/healthz" };
      // Not in step with this process, in which a proxy may stand before the database.
      const adding = Bun.spawn([executable, MAIN, "user", "add", USER, "--config", config, "--password-stdin"], {
        stdin: Buffer.from(`${PASSWORD}\n`),
        stdout: "ignore",
        stderr: "pipe",
        timeout: 60_000,
      });
      const [problem, code] = await Promise.all([adding.stderr.text(), adding.exited]);
      if (code !== 0) throw new Error(`opm user add failed: ${problem}`);
      return {
        command,
        ready: "/healthz",
        async authorize(ask) {
          const response = await ask(`/token?scope=${encodeURIComponent(`repository:${REPOSITORY}:pull,push`)}`, BASIC);
          const { token } = (await response.json()) as { token?: string };
          if (token === undefined) throw new Error(`opm gave no token: ${response.status}`);
          return { push: `Bearer ${token}`, fill: BASIC };
        },
      };
    },
  };
}
