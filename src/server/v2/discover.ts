import { OPERATIONS } from "../../api/operations.ts";
import { registryUrl } from "../authentication.ts";
import type { Call } from "../context.ts";
import { OPENAPI_PATH } from "../extension/openapi.ts";
import { type HttpReply, jsonReply } from "../http.ts";
import type { RepositoryPath } from "../path-values.ts";

/** An entry of the list (distribution-spec, extensions/_oci.md). */
interface Extension {
  readonly name: string;
  readonly url: string;
  readonly description: string;
  readonly endpoints: readonly string[];
}

const OCI: Extension = {
  name: "_oci",
  url: "https://github.com/opencontainers/distribution-spec/blob/main/extensions/_oci.md",
  description: "Lists the extensions of this registry and of each repository.",
  endpoints: ["_oci/ext/discover"],
};

const REGISTRY_PREFIX = "/v2/_opm/";
const REPOSITORY_PREFIX = "/v2/{name}/_opm/";

const OF_REGISTRY = endpointsBelow(REGISTRY_PREFIX);
const OF_REPOSITORY = endpointsBelow(REPOSITORY_PREFIX);

/** distribution-spec, extensions/_oci.md: which extensions this registry, or a repository, has. */
export function getDiscover({ request }: Call, { name }: Partial<RepositoryPath>): HttpReply {
  const packageApi: Extension = {
    name: "_opm",
    url: new URL(OPENAPI_PATH, registryUrl(request, undefined)).href,
    description: "Packages, versions, graph, dependencies, history and de-duplication.",
    endpoints: name === undefined ? OF_REGISTRY : OF_REPOSITORY,
  };
  return jsonReply({ extensions: [OCI, packageApi] });
}

/** e.g. `_opm/tags/list` */
function endpointsBelow(prefix: string): string[] {
  const paths = Object.values(OPERATIONS).map(({ path }): string => path);
  return [...new Set(paths.filter((path) => path.startsWith(prefix)).map((path) => `_opm/${path.slice(prefix.length)}`))].sort();
}
