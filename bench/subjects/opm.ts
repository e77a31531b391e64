import { join } from "node:path";
import type { Subject } from "../subject.ts";

const MAIN = join(import.meta.dir, "..", "..", "src", "main.ts");

const USER = "bench";
const PASSWORD = "bench-password";
const BASIC = `Basic ${btoa(`${USER}:${PASSWORD}`)}`;

/** The repository that is pushed to while time is taken. */
const REPOSITORY = "bench/push";

/** What reads requests, and in how many processes. */
export interface ServerSettings {
  readonly listener?: string | undefined;
  readonly workers?: number | undefined;
}

/**
 * Ours, as a user runs it: access control with an anonymous grant to pull and an account that pushes with a bearer token,
 * metrics, a log line for each request, full durability.
 * @param server of the section `server`, where they are not the defaults
 */
export function opm(executable: string, version: string, server: ServerSettings = {}): Subject {
  const set = Object.entries(server).filter(([, value]) => value !== undefined);
  return {
    name: server.workers === undefined ? "opm" : `opm-${server.workers}`,
    version: [version, ...set.map(([name, value]) => `server.${name} ${value}`)].join(", "),
    kind: "ours",
    async prepare({ folder, port, tls }) {
      const config = join(folder, "opm.yaml");
      const settings = {
        listen: `127.0.0.1:${port}`,
        data: join(folder, "data"),
        storage: { durability: "full" },
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
      const added = Bun.spawnSync([executable, MAIN, "user", "add", USER, "--config", config, "--password-stdin"], {
        stdin: Buffer.from(`${PASSWORD}\n`),
        timeout: 60_000,
      });
      if (!added.success) throw new Error(`opm user add failed: ${added.stderr.toString()}`);
      return {
        command: [executable, MAIN, "serve", "--config", config],
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
