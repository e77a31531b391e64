import { ContentError } from "../content-error.ts";
import { type Extractor, layerEdges } from "../extractor.ts";
import type { FactCollector } from "../fact-collector.ts";
import { asArray, asObject, asText, type JsonObject, parseJsonObject } from "../json.ts";
import { addPackage } from "./sbom-package.ts";

/** Kinds of components that are part of others rather than packages. */
const PARTS: ReadonlySet<unknown> = new Set(["file", "data", "cryptographic-asset"]);

/** Bills of materials in CycloneDX JSON (cyclonedx.org/docs). */
export const cyclonedxExtractor: Extractor = {
  select: layerEdges,
  missing: "an SBOM needs a layer with its document",
  parse: ({ bytes }, facts) => readCyclonedx(parseJsonObject(bytes, "the CycloneDX document"), facts),
};

/** @throws ContentError */
export function readCyclonedx(document: JsonObject, facts: FactCollector): void {
  if (document.bomFormat !== "CycloneDX") throw new ContentError("the CycloneDX document has no bomFormat CycloneDX");
  const open: unknown[] = [...asArray(document.components)].reverse();
  while (open.length > 0) {
    const component = asObject(open.pop());
    if (component === undefined) continue;
    // Assemblies list what they are made of; in order, so that what is cut is the end.
    for (const part of [...asArray(component.components)].reverse()) open.push(part);
    const name = asText(component.name);
    if (name === undefined || PARTS.has(component.type)) continue;
    const group = asText(component.group);
    addPackage(facts, {
      name: group === undefined ? name : `${group}/${name}`,
      version: asText(component.version),
      purl: asText(component.purl),
    });
  }
}
