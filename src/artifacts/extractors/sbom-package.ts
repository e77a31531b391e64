import type { FactCollector } from "../fact-collector.ts";
import { NAME_LIMIT } from "../limits.ts";
import { genericPackageKey, parsePackageUrl } from "../package-url.ts";

/** Notes a package of a bill of materials: by its package URL, or by its name where it has none. */
export function addPackage(facts: FactCollector, found: { name: string; version: string | undefined; purl: string | undefined }): void {
  if (found.purl !== undefined && found.purl.length > NAME_LIMIT) {
    facts.truncate();
    return;
  }
  const url = found.purl === undefined ? undefined : parsePackageUrl(found.purl);
  const requirement = found.version ?? url?.version;
  facts.dependency({
    kind: "sbom-package",
    key: url?.key ?? genericPackageKey(found.name),
    name: found.name,
    ...(requirement !== undefined && { requirement }),
  });
}
