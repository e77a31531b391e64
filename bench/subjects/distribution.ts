import { join } from "node:path";
import type { Subject } from "../subject.ts";

/** CNCF distribution at its quickest: descriptors cached in memory, no access log, no access control. It always syncs files. */
export function distribution(executable: string, version: string): Subject {
  return {
    name: "distribution",
    version,
    kind: "peer",
    async prepare({ folder, port, tls }) {
      const config = join(folder, "config.json");
      const settings = {
        version: 0.1,
        log: { level: "error", accesslog: { disabled: true } },
        storage: { filesystem: { rootdirectory: join(folder, "data") }, cache: { blobdescriptor: "inmemory" }, delete: { enabled: true } },
        http: { addr: `127.0.0.1:${port}`, ...(tls && { tls }) },
      };
      await Bun.write(config, JSON.stringify(settings));
      return { command: [executable, "serve", config], environment: { OTEL_TRACES_EXPORTER: "none" }, ready: "/v2/" };
    },
  };
}
