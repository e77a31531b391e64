import { ContentError } from "../content-error.ts";
import { type Extractor, layerEdges } from "../extractor.ts";
import type { FactCollector } from "../fact-collector.ts";
import { asArray, asObject, asText, type JsonObject, parseJsonObject } from "../json.ts";
import { addPackage } from "./sbom-package.ts";

/** Bills of materials in SPDX JSON, versions 2 and 3. */
export const spdxExtractor: Extractor = {
  select: layerEdges,
  missing: "an SBOM needs a layer with its document",
  parse: ({ bytes }, facts) => readSpdx(parseJsonObject(bytes, "the SPDX document"), facts),
};

/** @throws ContentError */
export function readSpdx(document: JsonObject, facts: FactCollector): void {
  if (asText(document.spdxVersion) !== undefined) readVersion2(document, facts);
  else if (Array.isArray(document["@graph"])) readVersion3(document["@graph"], facts);
  else throw new ContentError("the SPDX document has neither an spdxVersion nor a @graph");
}

/** spdx.github.io/spdx-spec/v2.3. What the document describes is the subject itself. */
function readVersion2(document: JsonObject, facts: FactCollector): void {
  const described = new Set(asArray(document.documentDescribes));
  for (const item of asArray(document.relationships)) {
    const relationship = asObject(item);
    if (relationship?.relationshipType === "DESCRIBES") described.add(relationship.relatedSpdxElement);
    if (relationship?.relationshipType === "DESCRIBED_BY") described.add(relationship.spdxElementId);
  }
  for (const item of asArray(document.packages)) {
    const found = asObject(item);
    const name = asText(found?.name);
    if (found === undefined || name === undefined || described.has(found.SPDXID)) continue;
    addPackage(facts, { name, version: asText(found.versionInfo), purl: packageUrl(found) });
  }
}

function packageUrl(found: JsonObject): string | undefined {
  for (const item of asArray(found.externalRefs)) {
    const reference = asObject(item);
    if (reference?.referenceType === "purl") return asText(reference.referenceLocator);
  }
  return undefined;
}

/** spdx.github.io/spdx-spec/v3.0: a graph of elements in JSON-LD. */
function readVersion3(graph: readonly unknown[], facts: FactCollector): void {
  const elements = graph.map(asObject).filter((element) => element !== undefined);
  const roots = new Set(elements.flatMap((element) => (isCollection(element) ? asArray(element.rootElement) : [])));
  for (const element of elements) {
    const name = asText(element.name);
    if (element.type !== "software_Package" || name === undefined || roots.has(element.spdxId)) continue;
    addPackage(facts, { name, version: asText(element.software_packageVersion), purl: asText(element.software_packageUrl) });
  }
}

function isCollection(element: JsonObject): boolean {
  return element.type === "SpdxDocument" || element.type === "software_Sbom";
}
