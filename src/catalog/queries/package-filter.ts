import type { z } from "zod";
import type { facetsQuery } from "../../api/packages.ts";
import type { PackageFilter } from "../../storage/catalog-query.ts";
import { platformNames } from "./platform-names.ts";
import { parseTime } from "./time.ts";

/** The filter that parameters stand for. */
export function packageFilterOf(query: z.output<typeof facetsQuery>): PackageFilter {
  return {
    namespace: query.namespace,
    project: query.project,
    name: query.name,
    types: query.type,
    artifactTypes: query.artifactType,
    configMediaTypes: query.configMediaType,
    mediaTypes: query.mediaType,
    platforms: platformNames(query.platform),
    classes: query.class,
    annotations: query.annotation,
    labels: query.label,
    signed: query.signed,
    referrers: query.referrer,
    since: parseTime(query.since),
    until: parseTime(query.until),
    text: query.q,
  };
}
