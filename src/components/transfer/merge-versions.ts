import type { AccessSpec, ComponentDescriptor, Element, Json, JsonObject, Label, Signature } from "../descriptor/component-descriptor.ts";
import { isJsonObject, jsonEqual } from "../descriptor/json-tree.ts";
import { subjectOf } from "../verification/verify-element.ts";
import { versionLabel } from "../version-label.ts";
import { mergeValues } from "./merge-value.ts";

/**
 * Merges what may change of a component version that the target has: labels that are not signed, and signatures. Both are of the same
 * content, so their elements come in the same order. The rest, accesses included, is that of `inbound`.
 * @throws ComponentError `refused` for labels that cannot be merged
 */
export function mergeVersions(inbound: ComponentDescriptor, existing: ComponentDescriptor): ComponentDescriptor {
  const { component } = inbound;
  const label = versionLabel(inbound.component);
  const merged = (kind: "resource" | "source", elements: readonly Element[], others: readonly Element[]) =>
    elements.map((element, at) => withLabels(element, others[at]?.labels, subjectOf({ descriptor: inbound }, kind, element)));
  const signatures = mergeSignatures(inbound.signatures, existing.signatures);
  return {
    ...inbound,
    component: {
      ...withLabels(component, existing.component.labels, label),
      resources: merged("resource", component.resources, existing.component.resources),
      sources: merged("source", component.sources, existing.component.sources),
    },
    ...(signatures !== undefined && { signatures }),
  };
}

/** The same descriptor with other accesses, in the order of its elements. */
export function withAccesses(
  descriptor: ComponentDescriptor,
  accesses: { readonly resources: readonly AccessSpec[]; readonly sources: readonly AccessSpec[] },
) {
  const { component } = descriptor;
  const replaced = (elements: readonly Element[], list: readonly AccessSpec[]) =>
    elements.map((element, at) => ({ ...element, access: list[at] ?? element.access }));
  const changed = { resources: replaced(component.resources, accesses.resources), sources: replaced(component.sources, accesses.sources) };
  return { ...descriptor, component: { ...component, ...changed } } satisfies ComponentDescriptor;
}

function withLabels<T extends JsonObject>(inbound: T, existing: Json | undefined, subject: string): T {
  const labels = mergeLabels(labelsOf(inbound.labels), labelsOf(existing), subject);
  return labels === undefined ? inbound : { ...inbound, labels };
}

/** Undefined where the inbound labels are all there is. */
function mergeLabels(inbound: readonly Label[], existing: readonly Label[], subject: string): readonly Label[] | undefined {
  const local = existing.filter(({ signing }) => !isSigned(signing));
  if (local.length === 0) return undefined;
  const merged = inbound.map((label) => {
    const other = isSigned(label.signing) ? undefined : local.find(({ name }) => name === label.name);
    const merge = [label.merge, other?.merge].find(isJsonObject);
    if (other === undefined || merge === undefined) return label;
    return { ...label, value: mergeValues({ inbound: label.value, local: other.value }, merge, `${subject}: label ${label.name}`) };
  });
  const names = new Set(inbound.map(({ name }) => name));
  return [...merged, ...local.filter(({ name }) => !names.has(name))];
}

/** By name; those of the target alone stay. */
function mergeSignatures(inbound: readonly Signature[] = [], existing: readonly Signature[] = []): readonly Signature[] | undefined {
  const names = new Set(inbound.map(({ name }) => name));
  const kept = existing.filter(({ name }) => !names.has(name));
  return kept.length === 0 ? undefined : [...inbound, ...kept];
}

/** True where nothing but the contexts differs. */
export function isSameVersion(one: ComponentDescriptor, other: ComponentDescriptor): boolean {
  return jsonEqual(withoutContexts(one), withoutContexts(other));
}

function withoutContexts({ component, ...rest }: ComponentDescriptor): JsonObject {
  const { repositoryContexts: _, ...fields } = component;
  return { ...rest, component: fields };
}

function labelsOf(value: Json | undefined): readonly Label[] {
  return Array.isArray(value) ? (value as readonly Label[]) : [];
}

/** Some writers have it as a text. */
function isSigned(signing: Json | undefined): boolean {
  return signing === true || signing === "true";
}
