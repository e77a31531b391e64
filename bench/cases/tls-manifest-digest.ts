import { beside, type Case } from "../case.ts";
import { smallReads } from "../shapes.ts";

export const tlsManifestDigest: Case = {
  ...smallReads({ name: "tls-manifest-digest", title: "manifest by digest, TLS", group: "tls" }, "byDigest", 32),
  targets: [beside(2)],
};
