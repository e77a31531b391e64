import { type Digest, parseDigest } from "../../oci/digest.ts";
import { OCI_IMAGE_INDEX } from "../../oci/media-types.ts";
import type { RepositoryName } from "../../oci/name.ts";
import { type Awaitable, after } from "../../storage/awaitable.ts";
import type { Referrer } from "../../storage/metadata/manifests.ts";
import type { Call } from "../context.ts";
import { type HeaderRecord, OCI_FILTERS_APPLIED } from "../headers.ts";
import type { HttpReply } from "../http.ts";
import type { ReferencePath } from "../path-values.ts";
import { nextLink, PAGE_DEFAULT, pageSize, textParameter } from "./paging.ts";

/** Bytes of descriptors in a page: clients take an index of at most 4 MiB. */
const PAGE_BYTES = 3 * 2 ** 20;

/** Descriptors in a page, at most. */
const PAGE_ROWS = Math.min(PAGE_DEFAULT, 500);

/** spec: end-12a, end-12b. An empty list where nothing refers to the digest, whether or not it or the repository exists. */
export function getReferrers({ services, query }: Call, { name, reference }: ReferencePath): Awaitable<HttpReply> {
  const digest = parseDigest(reference);
  const artifactType = textParameter(query, "artifactType");
  const limit = Math.min(pageSize(query), PAGE_ROWS);
  const asked = services.registry.metadata.manifests.listReferrers(name, digest, { after: textParameter(query, "last"), limit: limit + 1, artifactType });
  return after(asked, (rows) => pageReply(rows, { name, digest, limit, artifactType }));
}

interface Wanted {
  readonly name: RepositoryName;
  readonly digest: Digest;
  readonly limit: number;
  readonly artifactType: string | undefined;
}

function pageReply(rows: readonly Referrer[], { name, digest, limit, artifactType }: Wanted): HttpReply {
  const page = fitting(rows.slice(0, limit));
  const headers: HeaderRecord = { "Content-Type": OCI_IMAGE_INDEX };
  if (artifactType !== undefined) headers[OCI_FILTERS_APPLIED] = "artifactType";
  const last = page.at(-1);
  if (page.length < rows.length && last !== undefined) {
    const parameters = { n: limit, last: last.digest, ...(artifactType !== undefined && { artifactType }) };
    headers.Link = nextLink(`/v2/${name}/referrers/${digest}`, parameters);
  }
  const body = `{"schemaVersion":2,"mediaType":"${OCI_IMAGE_INDEX}","manifests":[${page.map(({ json }) => json).join(",")}]}`;
  return { status: 200, headers, body };
}

/** The rows that fit into one answer, at least one, as JSON. */
function fitting(rows: readonly Referrer[]): { digest: string; json: string }[] {
  const page: { digest: string; json: string }[] = [];
  let bytes = 0;
  for (const row of rows) {
    const json = JSON.stringify(descriptor(row));
    bytes += json.length;
    if (bytes > PAGE_BYTES && page.length > 0) break;
    page.push({ digest: row.digest, json });
  }
  return page;
}

function descriptor({ mediaType, digest, size, artifactType, annotations }: Referrer): object {
  const annotated = Object.keys(annotations).length > 0;
  return { mediaType, digest, size, ...(artifactType !== undefined && { artifactType }), ...(annotated && { annotations }) };
}
