import { checkDigest, checkExtraIdentity, checkLabels, checkText, objectsOf } from "./check-fields.ts";
import type { ElementKind, Json, JsonObject } from "./component-descriptor.ts";
import type { ProblemList } from "./descriptor-problems.ts";
import { isAccessType, isComponentName, isComponentVersion, isElementName } from "./grammar.ts";
import { identityKey } from "./identity.ts";
import { isJsonObject } from "./json-tree.ts";

const REFERENCE_FIELDS: ReadonlySet<string> = new Set(["name", "componentName", "version", "extraIdentity", "labels", "digest"]);

/** Checks one of the three lists of elements. */
export function checkElements(value: Json | undefined, kind: ElementKind, { path, list }: { readonly path: string; readonly list: ProblemList }): void {
  const seen = new Map<string, string>();
  for (const [element, at] of objectsOf(value, path, list)) {
    checkElement(element, kind, { path: at, list });
    const key = identityKey(element);
    const first = seen.get(key);
    if (first !== undefined) list.warn(at, `duplicate ${kind}: name, extra identity and version are those of ${first}`);
    else seen.set(key, at);
  }
}

function checkElement(element: JsonObject, kind: ElementKind, at: { readonly path: string; readonly list: ProblemList }): void {
  const { path, list } = at;
  const name = checkText(element, "name", at);
  if (name !== undefined && !isElementName(name)) {
    const message = "expected at least two lower-case letters, digits, - _ +, a letter or digit at both ends";
    // other tools have sources and references of other names, and no such resources
    if (kind === "resource") list.error(`${path}.name`, message);
    else list.warn(`${path}.name`, message);
  }
  const version = checkText(element, "version", at);
  if (version !== undefined && !isComponentVersion(version)) list.warn(`${path}.version`, `expected a version such as 1.2.3, not '${version.slice(0, 60)}'`);
  checkExtraIdentity(element.extraIdentity, `${path}.extraIdentity`, list);
  checkLabels(element.labels, `${path}.labels`, list);
  if (kind === "reference") {
    checkReference(element, at);
    return;
  }
  checkText(element, "type", at);
  checkAccess(element.access, `${path}.access`, list);
  if (kind === "source") {
    if (element.digest !== undefined) list.warn(`${path}.digest`, "a source has no digest");
    return;
  }
  checkDigest(element.digest, `${path}.digest`, list);
  if (element.relation !== "local" && element.relation !== "external") list.warn(`${path}.relation`, "expected local or external");
  for (const [reference, where] of objectsOf(element.srcRefs, `${path}.srcRefs`, list)) {
    checkExtraIdentityValues(reference.identitySelector, `${where}.identitySelector`, list);
    checkLabels(reference.labels, `${where}.labels`, list);
  }
}

function checkReference(element: JsonObject, at: { readonly path: string; readonly list: ProblemList }): void {
  const { path, list } = at;
  const component = checkText(element, "componentName", at);
  if (component !== undefined && !isComponentName(component))
    list.warn(`${path}.componentName`, `expected a component name such as acme.org/app, not '${component.slice(0, 60)}'`);
  checkDigest(element.digest, `${path}.digest`, list);
  for (const key of Object.keys(element)) if (!REFERENCE_FIELDS.has(key)) list.warn(`${path}.${key}`, "is no field of a reference");
}

function checkAccess(value: Json | undefined, path: string, list: ProblemList): void {
  if (!isJsonObject(value)) {
    list.error(path, value === undefined || value === null ? "is missing" : "expected an object");
    return;
  }
  const type = checkText(value, "type", { path, list });
  if (type !== undefined && !isAccessType(type))
    list.warn(`${path}.type`, "expected the name of an access type, with or without a version: localBlob, ociArtifact/v1");
}

function checkExtraIdentityValues(value: Json | undefined, path: string, list: ProblemList): void {
  if (value === undefined || value === null) return;
  if (!isJsonObject(value)) {
    list.warn(path, "expected an object");
    return;
  }
  for (const [key, item] of Object.entries(value)) if (typeof item !== "string") list.warn(`${path}.${key}`, "expected a text");
}
