import { join } from "node:path";
import { spawnServer, waitForServer } from "../processes.ts";
import type { Running, StartOptions } from "../subject.ts";

const MAIN = join(import.meta.dir, "..", "..", "src", "main.ts");

const USER = "bench";
const PASSWORD = "bench-password";

/** The repository that is pushed to while time is taken, and the one with the content that is pulled. */
const REPOSITORIES = ["bench/push", "bench/small", "bench/medium", "bench/large"] as const;

/**
 * Ours, as a user runs it: access control with an anonymous grant to pull and an account that pushes with a bearer token,
 * metrics, a log line for each request, full durability.
 */
export async function startOpm(executable: string, { folder, durable }: StartOptions): Promise<Running> {
  const config = join(folder, "opm.yaml");
  const data = join(folder, "data");
  const settings = {
    listen: "127.0.0.1:0",
    data,
    storage: { durability: durable ? "full" : "relaxed" },
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
    timeout: 20_000,
  });
  if (!added.success) throw new Error(`opm user add failed: ${added.stderr.toString()}`);
  const server = spawnServer([executable, MAIN, "serve", "--config", config], { folder });
  const address = await announcedAddress(folder);
  await waitForServer("opm", server, `http://${address}/healthz`, folder);
  return { name: "opm", address, pid: server.pid, authorization: `Bearer ${await fetchToken(address)}`, stop: server.stop };
}

async function announcedAddress(folder: string): Promise<string> {
  for (let attempt = 0; attempt < 400; attempt++) {
    const text = await Bun.file(join(folder, "output.log")).text();
    const found = /http:\/\/(127\.0\.0\.1:\d+)/.exec(text)?.[1];
    if (found !== undefined) return found;
    await Bun.sleep(25);
  }
  throw new Error("opm did not say where it listens within 10 s");
}

async function fetchToken(address: string): Promise<string> {
  const scopes = REPOSITORIES.map((name) => `scope=${encodeURIComponent(`repository:${name}:pull,push`)}`).join("&");
  const response = await fetch(`http://${address}/token?${scopes}`, { headers: { Authorization: `Basic ${btoa(`${USER}:${PASSWORD}`)}` } });
  const { token } = (await response.json()) as { token?: string };
  if (token === undefined) throw new Error(`opm gave no token: ${response.status}`);
  return token;
}
