import { isDeepStrictEqual } from "node:util";
import type { PlanStep } from "../api/administration.ts";
import type { CatalogChange } from "../storage/metadata/catalog/definitions.ts";
import { type Declarations, isDescribed } from "./declarations.ts";

export interface ChangePlan {
  /** For people: what changes, from what to what. */
  readonly steps: readonly PlanStep[];
  /** For the store, in an order that can be done. */
  readonly changes: readonly CatalogChange[];
}

/**
 * What has to be done so that what is declared becomes what is wanted. Nothing, when it is that already.
 * @param prune also take back what is declared and not wanted; content stays
 */
export function planChanges(current: Declarations, wanted: Declarations, prune: boolean): ChangePlan {
  const steps: PlanStep[] = [];
  const changes: CatalogChange[] = [];

  function put<T extends object>(kind: PlanStep["kind"], before: ReadonlyMap<string, T>, after: ReadonlyMap<string, T>, toChange: (value: T) => CatalogChange) {
    for (const [name, value] of after) {
      const known = before.get(name);
      const fields = differences(known ?? {}, value);
      if (known !== undefined && fields.length === 0) continue;
      steps.push({ action: known === undefined ? "create" : "change", kind, name, changes: fields });
      changes.push(toChange(value));
    }
  }

  function remove<T>(
    kind: PlanStep["kind"],
    before: ReadonlyMap<string, T>,
    after: ReadonlyMap<string, T>,
    toChange: (value: T, name: string) => CatalogChange,
  ) {
    for (const [name, value] of before) {
      if (after.has(name)) continue;
      steps.push({ action: "remove", kind, name, changes: [] });
      changes.push(toChange(value, name));
    }
  }

  put("namespace", current.namespaces, wanted.namespaces, (namespace) => ({ kind: "put-namespace", namespace }));
  put("project", current.projects, wanted.projects, (project) => ({ kind: "put-project", project }));
  put("repository", current.repositories, wanted.repositories, (repository) => ({ kind: "put-repository", repository }));
  put("type", current.types, wanted.types, (type) => ({ kind: "put-type", type }));
  if (wanted.grants !== undefined && !isDeepStrictEqual(current.grants, wanted.grants)) {
    steps.push({ action: "change", kind: "grants", name: "grants", changes: [{ field: "grants", from: current.grants ?? [], to: wanted.grants }] });
    changes.push({ kind: "set-grants", grants: wanted.grants });
  }
  if (prune) {
    remove("type", current.types, wanted.types, ({ type, rule }) => ({ kind: "delete-type", type, rule }));
    remove("repository", current.repositories, wanted.repositories, ({ name }) => ({ kind: "undeclare-repository", name }));
    remove("project", current.projects, wanted.projects, ({ namespace, name }) => ({ kind: "undeclare-project", namespace, name }));
    // A file that has projects in a namespace names it, too, be there nothing to say of it.
    const named = new Map([...wanted.projects.values()].map((project) => [project.namespace, project]));
    const namespaces = new Map([...current.namespaces].filter(([name, namespace]) => isDescribed(namespace) || !named.has(name)));
    remove("namespace", namespaces, wanted.namespaces, ({ name }) => ({ kind: "undeclare-namespace", name }));
  }
  return { steps, changes };
}

/** Fields that are part of a name are no change. */
const NAMES: ReadonlySet<string> = new Set(["name", "namespace", "type", "rule"]);

/** The fields of one level that differ; labels and policies each on their own. What is absent is null. */
function differences(before: object, after: object, path = ""): PlanStep["changes"] {
  const old: Readonly<Record<string, unknown>> = { ...before };
  return Object.entries(after).flatMap(([name, value]) => {
    if (path === "" && NAMES.has(name)) return [];
    const field = `${path}${name}`;
    if (isDeepStrictEqual(old[name], value) || (old[name] === undefined && isNothing(value))) return [];
    if (path === "" && isRecord(value)) {
      const gone = Object.fromEntries(Object.keys(isRecord(old[name]) ? old[name] : {}).map((key) => [key, undefined]));
      return differences(isRecord(old[name]) ? old[name] : {}, { ...gone, ...value }, `${field}.`);
    }
    return [{ field, from: old[name] ?? null, to: value ?? null }];
  });
}

function isNothing(value: unknown): boolean {
  return value === undefined || (Array.isArray(value) && value.length === 0) || (isRecord(value) && Object.keys(value).length === 0);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
