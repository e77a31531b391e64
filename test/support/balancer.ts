import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type StartedNginx, startNginx } from "./nginx.ts";

/** The guide's balancer over these nodes, e.g. `127.0.0.1:5000`: their addresses, and its own with its certificate, are replaced; the rest is run as it stands there. */
export function startBalancer(nodes: readonly string[]): Promise<StartedNginx> {
  const guide = readFileSync(join(import.meta.dir, "../../docs/guide/nodes.md"), "utf8");
  const [, upstream, server] = /```nginx\n(upstream .*?\n}\n)\nserver {\n(.*?)\n}\n```/s.exec(guide) ?? [];
  const [line] = upstream?.match(/ *server [\d.]+:\d+.*\n/) ?? [];
  if (upstream === undefined || server === undefined || line === undefined) throw new Error("docs/guide/nodes.md shows no configuration of nginx");
  const servers = nodes.map((node) => line.replace(/[\d.]+:\d+/, node)).join("");
  return startNginx({
    http: upstream.replace(/(?: *server [\d.]+:\d+.*\n)+/, () => servers),
    server: server.replace(/^ *(?:listen|ssl_).*\n/gm, ""),
  });
}
