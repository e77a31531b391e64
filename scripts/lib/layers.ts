import { isTest, type Source } from "./sources.ts";

/** What the folders of `src` may import from, beside themselves. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  oci: [],
  yaml: [],
  artifacts: ["oci"],
  api: ["oci"],
  storage: ["artifacts", "oci"],
  access: ["storage", "oci"],
  registry: ["access", "storage", "artifacts", "oci"],
  catalog: ["registry", "access", "storage", "artifacts", "api", "oci"],
  config: ["catalog", "registry", "access", "storage", "artifacts", "api", "oci", "yaml"],
  server: ["config", "catalog", "registry", "access", "storage", "artifacts", "api", "oci", "yaml"],
  client: ["api", "artifacts", "oci"],
  modules: ["client", "api", "artifacts", "oci", "yaml"],
  components: ["client", "artifacts", "oci", "yaml"],
  cli: ["modules", "components", "client", "server", "config", "catalog", "registry", "access", "storage", "artifacts", "api", "oci", "yaml"],
};

/** Files outside of the folders that all may import. */
const SHARED = ["package.json", "src/worker-url.ts"];

/** Imports that the table does not allow, as `path imports path: why`; folders that are not in it, too. Tests are held to the same. */
export function layerProblems(sources: readonly Source[]): string[] {
  return sources.flatMap(({ path, imports }) => {
    const layer = layerOf(path);
    if (layer === undefined) return [];
    const allowed = LAYERS[layer];
    if (allowed === undefined) return [`${path}: src/${layer}/ is not in the table of layers, scripts/lib/layers.ts`];
    return imports
      .filter((target) => !isAllowed(path, target, [layer, ...allowed]))
      .map((target) => `${path} imports ${target}: ${layer}/ may import ${allowed.length === 0 ? "nothing" : allowed.join(", ")}`);
  });
}

function isAllowed(path: string, target: string, layers: readonly string[]): boolean {
  const to = layerOf(target);
  if (to !== undefined) return layers.includes(to);
  return SHARED.includes(target) || (target.startsWith("test/support/") && isTest(path));
}

/** `oci` of `src/oci/digest.ts`; undefined outside of folders of `src`. */
function layerOf(path: string): string | undefined {
  return /^src\/([^/]+)\//.exec(path)?.[1];
}
