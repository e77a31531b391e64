import type { ComponentDescriptor, Json, JsonObject } from "../descriptor/component-descriptor.ts";
import { isJsonObject } from "../descriptor/json-tree.ts";
import { parseHashAlgorithm } from "./descriptor-digest.ts";
import { imageWarnings } from "./image-warnings.ts";
import type { HashAlgorithm, Normalisation, SignatureAlgorithm } from "./signing.ts";

const COMPONENT: readonly string[] = [
  ...["name", "version", "provider", "creationTime", "labels", "repositoryContexts"],
  ...["resources", "sources", "componentReferences"],
];
const SOURCE: readonly string[] = ["name", "version", "type", "access", "extraIdentity", "labels"];
const RESOURCE: readonly string[] = [...SOURCE, "relation", "srcRefs", "digest"];
const REFERENCE: readonly string[] = ["name", "componentName", "version", "extraIdentity", "labels", "digest"];

export interface SigningWay {
  readonly normalisation: Normalisation;
  readonly hash: HashAlgorithm;
  readonly algorithm: SignatureAlgorithm;
  readonly hasCertificates: boolean;
}

/**
 * What of a descriptor, or of a way to sign it, keeps today's two OCM command lines from making the same of it, so that one of them does not
 * verify the signature: each with the path of the field. (OCM CLI 0.50 and its successor, observed.)
 */
export function signingWarnings({ component }: ComponentDescriptor, way: SigningWay): readonly string[] {
  const { resources, sources, componentReferences } = component;
  const lists = [
    { path: "component.resources", elements: resources, fields: RESOURCE, all: false },
    { path: "component.sources", elements: sources, fields: SOURCE, all: false },
    // of references every label is digested
    { path: "component.componentReferences", elements: componentReferences, fields: REFERENCE, all: true },
  ];
  const provider = providerLabels(component.provider);
  return [
    ...wayWarnings(way, componentReferences),
    ...imageWarnings(resources),
    ...unknownFields(component, COMPONENT, "component"),
    ...labelWarnings(component.labels, "component.labels", false),
    ...labelWarnings(provider, "component.provider.labels", false),
    ...lists.flatMap(({ path, elements, fields, all }) =>
      elements.flatMap((element: JsonObject, at) => [
        ...unknownFields(element, fields, `${path}[${at}]`),
        ...labelWarnings(element.labels, `${path}[${at}].labels`, all),
      ]),
    ),
  ];
}

function wayWarnings({ normalisation, hash, algorithm, hasCertificates }: SigningWay, references: readonly JsonObject[]): readonly string[] {
  const warnings: string[] = [];
  if (normalisation === "jsonNormalisation/v4alpha1") warnings.push(`the older OCM command line does not know ${normalisation}`);
  if (normalisation === "jsonNormalisation/v1" || normalisation === "jsonNormalisation/v2") {
    warnings.push(`the newer OCM command line does not know ${normalisation}`);
  }
  if (algorithm === "RSASSA-PSS" && !hasCertificates) warnings.push("the older OCM command line does not verify RSASSA-PSS without certificates");
  if (normalisation === "jsonNormalisation/v3" && hash === "SHA-256") return warnings;
  const other = references.findIndex(({ digest }) => isJsonObject(digest) && !isOfWay(digest, { normalisation, hash }));
  if (other >= 0)
    warnings.push(
      `component.componentReferences[${other}].digest: the older OCM command line wants digests of references to be of ${normalisation} and ${hash}, too`,
    );
  return warnings;
}

function isOfWay({ normalisationAlgorithm, hashAlgorithm }: JsonObject, { normalisation, hash }: Pick<SigningWay, "normalisation" | "hash">): boolean {
  return normalisationAlgorithm === normalisation && typeof hashAlgorithm === "string" && parseHashAlgorithm(hashAlgorithm) === hash;
}

function unknownFields(object: JsonObject, known: readonly string[], path: string): readonly string[] {
  const unknown = Object.keys(object).filter((key) => !known.includes(key) && object[key] !== undefined && object[key] !== null);
  return unknown.map((key) => `${path}.${key} is not of the schema: other tools drop it when they read it, so the signature is good for opm only`);
}

function labelWarnings(labels: Json | undefined, path: string, all: boolean): readonly string[] {
  if (!Array.isArray(labels)) return [];
  return labels.flatMap((label: Json, at) => {
    if (!isJsonObject(label) || !(all || label.signing === true || label.signing === "true")) return [];
    const nulls = hasNull(label.value) ? [`${path}[${at}].value has a null, which one of today's OCM command lines digests and the other does not`] : [];
    const versions = label.version === undefined ? [] : [`${path}[${at}].version is dropped by the newer OCM command line, which then finds another digest`];
    return [...nulls, ...versions];
  });
}

/** As a member of an object; in a list it stays. */
function hasNull(value: Json | undefined): boolean {
  if (Array.isArray(value)) return value.some((item: Json) => item !== null && hasNull(item));
  return isJsonObject(value) && Object.values(value).some((item) => item === null || hasNull(item));
}

function providerLabels(provider: string): Json | undefined {
  if (!provider.startsWith("{")) return undefined;
  const parsed: unknown = JSON.parse(provider);
  return isJsonObject(parsed) ? parsed.labels : undefined;
}
