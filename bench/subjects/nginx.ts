import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Subject } from "../subject.ts";

/** nginx on static files that lie at the paths of the registry's API: what a read can cost at least. It knows nothing of rights. */
export function nginx(executable: string, version: string): Subject {
  return {
    name: "nginx",
    version,
    kind: "floor",
    async prepare({ folder, port, tls }) {
      const config = join(folder, "nginx.conf");
      mkdirSync(join(folder, "www", "v2"), { recursive: true });
      mkdirSync(join(folder, "tmp"));
      const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${join(folder, "tmp", name)};`);
      const certificate = tls ? `ssl_certificate ${tls.certificate}; ssl_certificate_key ${tls.key};` : "";
      await Bun.write(
        config,
        `daemon off; master_process off; pid ${join(folder, "nginx.pid")}; error_log stderr;
events { worker_connections 4096; }
http {
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=1000;
  ${temporary.join(" ")}
  server { listen 127.0.0.1:${port} ${tls ? "ssl " : ""}backlog=4096; ${certificate} root ${join(folder, "www")}; }
}
`,
      );
      return { command: [executable, "-c", config, "-e", "stderr"], ready: "/" };
    },
  };
}
