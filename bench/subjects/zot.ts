import { join } from "node:path";
import type { Subject } from "../subject.ts";

/** zot as it comes: de-duplication on, no access control. It syncs files only where it is told to (`commit`). */
export function zot(executable: string, version: string): Subject {
  return {
    name: "zot",
    version,
    kind: "peer",
    async prepare({ folder, port, tls }) {
      const config = join(folder, "config.json");
      const settings = {
        distSpecVersion: "1.1.1",
        storage: { rootDirectory: join(folder, "data"), commit: true },
        http: { address: "127.0.0.1", port: String(port), ...(tls && { tls: { cert: tls.certificate, key: tls.key } }) },
        log: { level: "error" },
      };
      await Bun.write(config, JSON.stringify(settings));
      return { command: [executable, "serve", config], ready: "/v2/" };
    },
  };
}
