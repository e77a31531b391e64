import { isClientError } from "../../../client/client-error.ts";
import { formatIdentity, identityOf } from "../../../components/descriptor/identity.ts";
import type { ComponentRepository, StoredComponentVersion } from "../../../components/repository/component-repository.ts";
import { versionLabel } from "../../../components/version-label.ts";

/** Component versions that are followed: a repository may hold anything. */
const COUNT_LIMIT = 10_000;

export interface ComponentTree {
  /** The root first, each once. */
  readonly versions: readonly StoredComponentVersion[];
  readonly missing: readonly { readonly component: string; readonly version: string; readonly referredToBy: string }[];
}

/** Reads what a component version refers to, directly or not. What is not there is told, and no error. */
export async function readComponentTree(repository: ComponentRepository, root: StoredComponentVersion, signal: AbortSignal): Promise<ComponentTree> {
  const versions = new Map([[versionLabel(root.descriptor.component), root]]);
  const missing = new Map<string, ComponentTree["missing"][number]>();
  for (const version of versions.values()) {
    for (const { componentName, version: wanted } of version.descriptor.component.componentReferences) {
      const label = `${componentName}:${wanted}`;
      if (versions.has(label) || missing.has(label) || versions.size >= COUNT_LIMIT) continue;
      const found = await repository.get(componentName, wanted, { signal }).catch((error: unknown) => {
        if (isClientError(error, "not-found")) return undefined;
        throw error;
      });
      if (found === undefined) missing.set(label, { component: componentName, version: wanted, referredToBy: versionLabel(version.descriptor.component) });
      else versions.set(label, found);
    }
  }
  return { versions: [...versions.values()], missing: [...missing.values()] };
}

/** Lines that show component versions with their elements; what is there more than once is shown the first time only. */
export function drawComponents({ versions }: ComponentTree): string[] {
  const byLabel = new Map(versions.map((version) => [versionLabel(version.descriptor.component), version]));
  const seen = new Set<string>();
  const lines: string[] = [];
  const draw = (version: StoredComponentVersion, indent: string): void => {
    seen.add(versionLabel(version.descriptor.component));
    const { resources, sources, componentReferences } = version.descriptor.component;
    const elements = [
      ...resources.map((element) => ({
        text: `resource ${formatIdentity(identityOf(element, resources))} ${element.version}: ${element.type}`,
        child: undefined,
      })),
      ...sources.map((element) => ({ text: `source ${formatIdentity(identityOf(element, sources))} ${element.version}: ${element.type}`, child: undefined })),
      ...componentReferences.map((reference) => {
        const child = `${reference.componentName}:${reference.version}`;
        return { text: `reference ${formatIdentity(identityOf(reference, componentReferences))}: ${child}`, child };
      }),
    ];
    for (const [at, { text, child }] of elements.entries()) {
      const last = at === elements.length - 1;
      const below = child === undefined ? undefined : byLabel.get(child);
      const note = below !== undefined && seen.has(child ?? "") ? " (see above)" : "";
      lines.push(`${indent}${last ? "└── " : "├── "}${text}${note}`);
      if (below !== undefined && note === "") draw(below, `${indent}${last ? "    " : "│   "}`);
    }
  };
  const [root] = versions;
  if (root === undefined) return lines;
  lines.push(versionLabel(root.descriptor.component));
  draw(root, "");
  return lines;
}
