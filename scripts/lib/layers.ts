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

/** What rooms may import of the folder that they are in, beside themselves; what is in none of them may import them all. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  "cli/output": [],
  "cli/prompts": ["cli/output"],
  "cli/options": ["cli/output"],
  "cli/arguments": ["cli/options", "cli/output"],
  "cli/sessions": ["cli/arguments", "cli/options", "cli/output"],
  "cli/serve": ["cli/sessions", "cli/options", "cli/output"],
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
    return [
      ...imports.filter((target) => !isAllowed(path, target, [layer, ...allowed])).map((target) => refusal(path, target, layer, allowed)),
      ...roomProblems(path, imports),
    ];
  });
}

function roomProblems(path: string, imports: readonly string[]): string[] {
  const room = roomOf(path);
  const allowed = room === undefined ? undefined : ROOMS[room];
  if (room === undefined || allowed === undefined) return [];
  const inside = imports.filter((target) => layerOf(target) === layerOf(path));
  return inside.filter((target) => ![room, ...allowed].includes(roomOf(target) ?? "")).map((target) => refusal(path, target, room, allowed));
}

function refusal(path: string, target: string, layer: string, allowed: readonly string[]): string {
  return `${path} imports ${target}: ${layer}/ may import ${allowed.length === 0 ? "nothing" : allowed.join(", ")}`;
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

/** `cli/output` of `src/cli/output/print.ts`. */
function roomOf(path: string): string | undefined {
  return /^src\/([^/]+\/[^/]+)\//.exec(path)?.[1];
}
