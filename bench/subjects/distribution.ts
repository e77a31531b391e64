import { join } from "node:path";
import type { Subject } from "../subject.ts";
import type { Bucket } from "./bucket.ts";

/**
 * CNCF distribution at its quickest: descriptors cached in memory, no access log, no access control. It always syncs files.
 * @param bucket where it stores in place of its folder; then it sends what is read by itself, as redirects are off
 */
export function distribution(executable: string, version: string, bucket?: () => Promise<Bucket>): Subject {
  return {
    name: bucket === undefined ? "distribution" : "distribution-s3",
    version,
    kind: "peer",
    async prepare({ folder, port, tls }) {
      const config = join(folder, "config.json");
      const driver = bucket === undefined ? { filesystem: { rootdirectory: join(folder, "data") } } : driverOf(await bucket());
      const settings = {
        version: 0.1,
        log: { level: "error", accesslog: { disabled: true } },
        storage: { ...driver, cache: { blobdescriptor: "inmemory" }, delete: { enabled: true } },
        http: { addr: `127.0.0.1:${port}`, ...(tls && { tls }) },
      };
      await Bun.write(config, JSON.stringify(settings));
      return { command: [executable, "serve", config], environment: { OTEL_TRACES_EXPORTER: "none" }, ready: "/v2/" };
    },
  };
}

function driverOf({ endpoint, region, name, accessKeyId, secretAccessKey }: Bucket) {
  const keys = { accesskey: accessKeyId, secretkey: secretAccessKey };
  return { s3: { ...keys, region, regionendpoint: endpoint, bucket: name, secure: false, forcepathstyle: true }, redirect: { disable: true } };
}
