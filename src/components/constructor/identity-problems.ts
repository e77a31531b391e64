import type { ConfigProblem } from "../../yaml/config-error.ts";
import { identityKey } from "../descriptor/identity.ts";
import type { ComponentToBuild } from "./constructor-file.ts";

/** What stands twice: component versions in a file, and in each of them elements that cannot be told apart, and labels. */
export function identityProblems(components: readonly ComponentToBuild[]): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const check = (place: string, key: string, { seen, what }: { readonly seen: Map<string, string>; readonly what: string }) => {
    const first = seen.get(key);
    if (first === undefined) seen.set(key, place);
    else problems.push({ where: place, path: "", message: `duplicate ${what}: ${first} has the same` });
  };
  const versions = { seen: new Map<string, string>(), what: "component version" };
  for (const { spec, place } of components) {
    check(place(), `${spec.name}:${spec.version}`, versions);
    for (const kind of ["resources", "sources", "references", "componentReferences"] as const) {
      const elements = {
        seen: new Map<string, string>(),
        what: `${kind === "resources" ? "resource" : kind === "sources" ? "source" : "reference"}, by name, extra identity and version`,
      };
      for (const [at, { name, extraIdentity, version = spec.version, labels = [] }] of (spec[kind] ?? []).entries()) {
        check(place(kind, at), identityKey({ name, version, ...(extraIdentity && { extraIdentity }) }), elements);
        const names = { seen: new Map<string, string>(), what: "label" };
        for (const [index, label] of labels.entries()) check(place(kind, at, "labels", index), label.name, names);
      }
    }
    const names = { seen: new Map<string, string>(), what: "label" };
    for (const [index, label] of (spec.labels ?? []).entries()) check(place("labels", index), label.name, names);
  }
  return problems;
}
