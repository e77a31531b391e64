import type { ComponentDescriptor, ElementKind, Json, JsonObject } from "../descriptor/component-descriptor.ts";
import { formatIdentity, identityOf } from "../descriptor/identity.ts";
import { isJsonObject, jsonEqual } from "../descriptor/json-tree.ts";
import { signingLabels } from "../normalisation/signing-labels.ts";
import { descriptorDigest } from "../signing/descriptor-digest.ts";

/** A field that is not the same in two component versions. */
export interface FieldChange {
  /** E.g. `version` or `access.localReference`. */
  readonly field: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
  /** True where it is part of the digest of the component version, which is what is signed. */
  readonly signed: boolean;
}

export interface Change {
  readonly kind: ElementKind | "component" | "signature";
  /** Empty for the component itself; else e.g. `image (architecture=amd64)`. */
  readonly name: string;
  readonly change: "added" | "removed" | "changed";
  /** Of what was changed. */
  readonly fields: readonly FieldChange[];
}

export interface Comparison {
  /** True where both have the same digest (`jsonNormalisation/v3`, SHA-256): they consist of the same, wherever it is. */
  readonly equal: boolean;
  /** SHA-256, hex. */
  readonly digests: readonly [before: string, after: string];
  readonly changes: readonly Change[];
}

/** Where content is and comes from: not part of the digest. */
const UNSIGNED: Readonly<Record<Change["kind"], readonly string[]>> = {
  component: ["repositoryContexts"],
  resource: ["access", "srcRefs"],
  source: ["access"],
  reference: [],
  signature: ["digest", "signature", "timestamp"],
};

/** What is not the same in two component versions. Elements are the same where their identities are. */
export function compareVersions(before: ComponentDescriptor, after: ComponentDescriptor): Comparison {
  const digests = [before, after].map((each) => descriptorDigest(each, "jsonNormalisation/v3", "SHA-256").value);
  const [one = "", other = ""] = digests;
  const { resources: r1, sources: s1, componentReferences: c1, ...rest1 } = before.component;
  const { resources: r2, sources: s2, componentReferences: c2, ...rest2 } = after.component;
  const fields = fieldChanges("component", rest1, rest2);
  const component: Change[] = fields.length === 0 ? [] : [{ kind: "component", name: "", change: "changed", fields }];
  const changes = [
    ...component,
    ...elementChanges("resource", r1, r2),
    ...elementChanges("source", s1, s2),
    ...elementChanges("reference", c1, c2),
    ...listChanges("signature", named(before.signatures ?? [], nameOf), named(after.signatures ?? [], nameOf)),
  ];
  return { equal: one === other, digests: [one, other], changes };
}

function elementChanges(kind: ElementKind, before: readonly JsonObject[], after: readonly JsonObject[]): readonly Change[] {
  const label = (list: readonly JsonObject[]) => (element: JsonObject) => formatIdentity(identityOf(element, list));
  return listChanges(kind, named(before, label(before)), named(after, label(after)));
}

type Named = ReadonlyMap<string, JsonObject>;

function listChanges(kind: Change["kind"], before: Named, after: Named): readonly Change[] {
  const changes: Change[] = [];
  for (const [name, element] of before) {
    const other = after.get(name);
    const fields = other === undefined ? [] : fieldChanges(kind, element, other);
    if (other === undefined) changes.push({ kind, name, change: "removed", fields });
    else if (fields.length > 0) changes.push({ kind, name, change: "changed", fields });
  }
  for (const name of after.keys()) if (!before.has(name)) changes.push({ kind, name, change: "added", fields: [] });
  return changes;
}

function fieldChanges(kind: Change["kind"], before: JsonObject, after: JsonObject): readonly FieldChange[] {
  return differentFields(before, after).flatMap((field) => {
    const signed = isSigned(kind, field, [before[field], after[field]]);
    return leaves(field, before[field], after[field]).map((leaf) => ({ ...leaf, signed }));
  });
}

/** Where both are objects, only the members that differ. */
function leaves(field: string, before: Json | undefined, after: Json | undefined): readonly Omit<FieldChange, "signed">[] {
  if (!isJsonObject(before) || !isJsonObject(after)) return [{ field, before, after }];
  return differentFields(before, after).flatMap((key) => leaves(`${field}.${key}`, before[key], after[key]));
}

function differentFields(before: JsonObject, after: JsonObject): readonly string[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].filter((field) => !jsonEqual(before[field], after[field]));
}

function isSigned(kind: Change["kind"], field: string, [before, after]: readonly [Json | undefined, Json | undefined]): boolean {
  if (field === "labels" && kind !== "reference") return !jsonEqual(signingLabels(before), signingLabels(after));
  return !UNSIGNED[kind].includes(field);
}

/** Those that cannot be told apart are numbered. */
function named<T extends JsonObject>(elements: readonly T[], label: (element: T) => string): Named {
  const map = new Map<string, JsonObject>();
  for (const element of elements) {
    const name = label(element);
    let unique = name;
    for (let number = 2; map.has(unique); number++) unique = `${name} #${number}`;
    map.set(unique, element);
  }
  return map;
}

function nameOf({ name }: JsonObject): string {
  return typeof name === "string" ? name : "";
}
