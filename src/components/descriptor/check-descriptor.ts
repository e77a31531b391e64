import { ComponentError } from "../component-error.ts";
import { checkElements } from "./check-element.ts";
import { checkDigest, checkLabels, checkText, objectsOf } from "./check-fields.ts";
import type { ComponentDescriptor, Json, JsonObject } from "./component-descriptor.ts";
import { type DescriptorProblem, formatProblem, ProblemList } from "./descriptor-problems.ts";
import { isComponentName, isComponentVersion, TIME } from "./grammar.ts";
import { isJsonObject } from "./json-tree.ts";

/** All that is wrong with a tree that should be a descriptor of schema v2, in the order of its fields. */
export function descriptorProblems(tree: Json): readonly DescriptorProblem[] {
  const list = new ProblemList();
  if (!isJsonObject(tree)) {
    list.error("(document)", "expected an object with meta and component");
    return list.problems;
  }
  checkMeta(tree.meta, list);
  if (isJsonObject(tree.component)) checkComponent(tree.component, list);
  else list.error("component", tree.component === undefined ? "is missing" : "expected an object");
  checkSignatures(tree.signatures, list);
  for (const [nested, path] of objectsOf(tree.nestedDigests, "nestedDigests", list)) checkDigest(nested.digest, `${path}.digest`, list);
  return list.problems;
}

/**
 * Holds a descriptor that is about to be made against the whole schema.
 * @throws ComponentError `invalid` with the path of the first field that is wrong
 */
export function checkDescriptor(descriptor: ComponentDescriptor, label: string): void {
  const [first] = descriptorProblems(descriptor);
  if (first !== undefined) throw new ComponentError("invalid", `${label}: ${formatProblem(first)}`, { subject: first.path });
}

function checkMeta(meta: Json | undefined, list: ProblemList): void {
  if (!isJsonObject(meta)) {
    list.error("meta", meta === undefined ? "is missing: a descriptor of schema v2 begins with it" : "expected an object");
    return;
  }
  const version = checkText(meta, "schemaVersion", { path: "meta", list });
  if (version !== undefined && !version.startsWith("v2")) list.error("meta.schemaVersion", `'${version.slice(0, 40)}' is not supported: expected v2`);
}

function checkComponent(component: JsonObject, list: ProblemList): void {
  const at = { path: "component", list };
  const name = checkText(component, "name", at);
  if (name !== undefined && !isComponentName(name)) {
    list.error("component.name", `'${name.slice(0, 80)}' is no component name: expected a domain and a path in lower case, such as acme.org/demo/app`);
  }
  const version = checkText(component, "version", at);
  if (version !== undefined && !isComponentVersion(version)) {
    list.error("component.version", `'${version.slice(0, 60)}' is no version: expected 1.2.3, v1.2 or the like, at most 128 characters`);
  }
  const provider = checkText(component, "provider", at);
  if (provider?.startsWith("{")) checkProvider(provider, list);
  const { creationTime } = component;
  if (creationTime !== undefined && creationTime !== null && !(typeof creationTime === "string" && TIME.test(creationTime))) {
    list.warn("component.creationTime", "expected a time such as 2026-01-31T12:00:00Z");
  }
  checkLabels(component.labels, "component.labels", list);
  for (const [context, path] of objectsOf(component.repositoryContexts, "component.repositoryContexts", list)) {
    if (typeof context.type !== "string") list.warn(`${path}.type`, "is missing");
  }
  for (const key of ["resources", "sources", "componentReferences", "repositoryContexts"]) {
    if (component[key] === undefined) list.warn(`component.${key}`, "is missing: an empty list is written as []");
  }
  checkElements(component.resources, "resource", { path: "component.resources", list });
  checkElements(component.sources, "source", { path: "component.sources", list });
  checkElements(component.componentReferences, "reference", { path: "component.componentReferences", list });
}

/** A provider with labels is JSON in a text. */
function checkProvider(text: string, list: ProblemList): void {
  try {
    const provider: unknown = JSON.parse(text);
    if (!isJsonObject(provider) || typeof provider.name !== "string") list.error("component.provider", "expected a JSON object with a name");
    else checkLabels(provider.labels, "component.provider.labels", list);
  } catch {
    list.error("component.provider", "begins with { and is no JSON");
  }
}

function checkSignatures(value: Json | undefined, list: ProblemList): void {
  const seen = new Set<string>();
  for (const [signature, path] of objectsOf(value, "signatures", list)) {
    const name = checkText(signature, "name", { path, list });
    if (name !== undefined && seen.has(name)) list.warn(`${path}.name`, `there are two signatures '${name}'`);
    if (name !== undefined) seen.add(name);
    if (signature.digest === undefined || signature.digest === null) list.error(`${path}.digest`, "is missing");
    else checkDigest(signature.digest, `${path}.digest`, list);
    if (!isJsonObject(signature.signature)) list.error(`${path}.signature`, signature.signature === undefined ? "is missing" : "expected an object");
    else for (const key of ["algorithm", "value", "mediaType"]) checkText(signature.signature, key, { path: `${path}.signature`, list });
  }
}
