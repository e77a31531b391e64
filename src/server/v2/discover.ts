import { type HttpReply, jsonReply } from "../http.ts";

/** distribution-spec, extensions/_oci.md: which extensions this registry has. */
const EXTENSIONS = [
  {
    name: "_oci",
    url: "https://github.com/opencontainers/distribution-spec/blob/main/extensions/_oci.md",
    description: "Lists the extensions of this registry and of each repository.",
    endpoints: ["_oci/ext/discover"],
  },
] as const;

export function getDiscover(): HttpReply {
  return jsonReply({ extensions: EXTENSIONS });
}
