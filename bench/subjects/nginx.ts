import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { freePort, spawnServer, waitForServer } from "../processes.ts";
import type { Running, StartOptions } from "../subject.ts";

/** nginx on static files that lie at the paths of the registry's API: what a read can cost at least. It knows nothing of rights. */
export async function startNginx(executable: string, { folder }: StartOptions): Promise<Running> {
  const address = `127.0.0.1:${freePort()}`;
  const config = join(folder, "nginx.conf");
  mkdirSync(join(folder, "www", "v2"), { recursive: true });
  mkdirSync(join(folder, "tmp"));
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${join(folder, "tmp", name)};`);
  await Bun.write(
    config,
    `daemon off; master_process off; pid ${join(folder, "nginx.pid")}; error_log stderr;
events { worker_connections 4096; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=1000;
  ${temporary.join(" ")}
  server { listen ${address} backlog=4096; root ${join(folder, "www")}; }
}
`,
  );
  const server = spawnServer([executable, "-c", config, "-e", "stderr"], { folder });
  await waitForServer("nginx", server, `http://${address}/`, folder);
  return { name: "nginx", address, pid: server.pid, authorization: undefined, stop: server.stop };
}
