import { beside, type Case } from "../case.ts";
import { smallReads } from "../shapes.ts";

export const tlsManifestTag: Case = {
  ...smallReads({ name: "tls-manifest-tag", title: "manifest by tag, TLS", group: "tls" }, "byTag", 32),
  targets: [beside(2)],
};
