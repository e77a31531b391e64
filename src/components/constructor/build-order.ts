import { ConfigError } from "../../yaml/config-error.ts";
import { versionLabel } from "../version-label.ts";
import type { ComponentToBuild } from "./constructor-file.ts";

/** The component versions in an order in which none refers to a later one. @throws ConfigError where some refer to each other */
export function buildOrder(components: readonly ComponentToBuild[]): readonly ComponentToBuild[] {
  const byLabel = new Map(components.map((component) => [versionLabel(component.spec), component]));
  const ordered = new Set<ComponentToBuild>();
  const visit = (component: ComponentToBuild, above: readonly ComponentToBuild[]): void => {
    if (ordered.has(component)) return;
    const { spec, place } = component;
    if (above.includes(component)) {
      const circle = [...above.slice(above.indexOf(component)), component].map((each) => versionLabel(each.spec)).join(" → ");
      throw new ConfigError([{ where: place(), path: "", message: `component versions refer to each other: ${circle}` }]);
    }
    for (const { componentName, version } of spec.references ?? spec.componentReferences ?? []) {
      const needed = byLabel.get(versionLabel({ name: componentName, version }));
      if (needed !== undefined) visit(needed, [...above, component]);
    }
    ordered.add(component);
  };
  for (const component of components) visit(component, []);
  return [...ordered];
}
