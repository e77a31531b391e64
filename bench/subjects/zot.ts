import { join } from "node:path";
import type { Subject } from "../subject.ts";
import type { Bucket } from "./bucket.ts";

/**
 * zot as it comes: de-duplication on, no access control. It syncs files only where it is told to (`commit`).
 * @param bucket where it stores in place of its folder, without de-duplication, which takes a database of its own then
 */
export function zot(executable: string, version: string, bucket?: () => Promise<Bucket>): Subject {
  return {
    name: bucket === undefined ? "zot" : "zot-s3",
    version,
    kind: "peer",
    async prepare({ folder, port, tls }) {
      const config = join(folder, "config.json");
      const settings = {
        distSpecVersion: "1.1.1",
        storage: { rootDirectory: join(folder, "data"), ...(bucket === undefined ? { commit: true } : driverOf(await bucket())) },
        http: { address: "127.0.0.1", port: String(port), ...(tls && { tls: { cert: tls.certificate, key: tls.key } }) },
        log: { level: "error" },
      };
      await Bun.write(config, JSON.stringify(settings));
      return { command: [executable, "serve", config], ready: "/v2/" };
    },
  };
}

function driverOf({ endpoint, region, name, accessKeyId, secretAccessKey }: Bucket) {
  const keys = { accesskey: accessKeyId, secretkey: secretAccessKey };
  const place = { region, regionendpoint: endpoint, bucket: name, rootdirectory: "/zot" };
  return { dedupe: false, storageDriver: { name: "s3", ...place, ...keys, secure: false, skipverify: false, forcepathstyle: true } };
}
