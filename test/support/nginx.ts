import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort, spawnServer, waitForServer } from "../../bench/processes.ts";
import { findTool } from "./tools.ts";

/** An nginx that tests use. */
export interface StartedNginx {
  /** `127.0.0.1:<port>` */
  readonly host: string;
  stop(): Promise<unknown>;
}

/** What stands in its configuration. */
export interface NginxBlocks {
  /** In the `http` block: maps, upstreams. */
  readonly http: string;
  /** In the `server` block, which listens already. */
  readonly server: string;
}

/**
 * Starts nginx in the foreground on a free port of loopback, with one worker and its files in a temporary folder.
 * @throws Error when it is not there and cannot be installed, or does not answer
 */
export async function startNginx({ http, server }: NginxBlocks): Promise<StartedNginx> {
  const { path, problem, command } = await findTool("nginx");
  if (path === undefined) throw new Error(`nginx is not there (${problem}): ${command}`);
  const folder = mkdtempSync(join(tmpdir(), "opm-nginx-"));
  const host = `127.0.0.1:${freePort()}`;
  const config = join(folder, "nginx.conf");
  const places = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`);
  // A worker with the rights of root reads the temporary folders of the tests.
  const user = process.getuid?.() === 0 ? "user root;\n" : "";
  await Bun.write(
    config,
    `${user}daemon off;\nworker_processes 1;\npid ${folder}/nginx.pid;\nerror_log stderr warn;\nevents {}\nhttp {\naccess_log off;\n${places.join("\n")}\n${http}\nserver {\nlisten ${host};\n${server}\n}\n}\n`,
  );
  const running = spawnServer([path, "-e", "stderr", "-p", folder, "-c", config], { folder, environment: { HOME: folder } });
  await waitForServer("nginx", running, { url: `http://${host}/`, log: join(folder, "output.log") });
  return {
    host,
    async stop() {
      await running.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
