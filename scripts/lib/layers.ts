import { isTest, type Source } from "./sources.ts";

/** What the folders of `src` may import from, beside themselves. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  oci: [],
  yaml: [],
  deploy: [],
  artifacts: ["oci"],
  packages: ["artifacts", "oci"],
  api: ["oci"],
  storage: ["artifacts", "oci"],
  access: ["storage", "oci"],
  registry: ["access", "storage", "artifacts", "oci"],
  catalog: ["registry", "access", "storage", "packages", "artifacts", "api", "oci"],
  config: ["catalog", "registry", "access", "storage", "artifacts", "api", "oci", "yaml"],
  server: ["config", "catalog", "registry", "access", "storage", "artifacts", "api", "oci", "yaml"],
  client: ["packages", "api", "artifacts", "oci"],
  site: ["client", "packages", "api", "artifacts", "oci"],
  modules: ["client", "api", "artifacts", "oci", "yaml"],
  components: ["client", "artifacts", "oci", "yaml"],
  cli: ["modules", "components", "site", "deploy", "client", "server", "config", "catalog", "registry", "access", "storage", "artifacts", "api", "oci", "yaml"],
};

/** What the rooms of a folder may import of it, beside themselves; what is in none of them may import them all. */
const ROOMS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  cli: {
    output: [],
    prompts: ["output"],
    options: ["output"],
    arguments: ["options", "output"],
    sessions: ["arguments", "options", "output"],
    serve: ["sessions", "options", "output"],
  },
  "storage/sql": {
    engine: [],
    schema: [],
    accounts: ["engine"],
    repositories: ["accounts", "engine"],
    content: ["repositories", "accounts", "engine"],
    tags: ["repositories", "accounts", "engine"],
    manifests: ["tags", "content", "repositories", "accounts", "engine"],
    definitions: ["manifests", "content", "repositories", "accounts", "engine"],
    catalog: ["repositories", "engine"],
  },
};

/** Files outside of the folders that all may import. */
const SHARED = ["package.json", "src/nearest-name.ts", "src/worker-url.ts"];

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
  return Object.entries(ROOMS).flatMap(([folder, rooms]) => {
    const room = roomOf(path, folder);
    const allowed = room === undefined ? undefined : rooms[room];
    if (room === undefined || allowed === undefined) return [];
    const inside = imports.filter((target) => target.startsWith(`src/${folder}/`));
    return inside.filter((target) => ![room, ...allowed].includes(roomOf(target, folder) ?? "")).map((target) => refusal(path, target, room, allowed));
  });
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

/** `output` of `src/cli/output/print.ts` in `cli`; undefined beside the rooms of the folder. */
function roomOf(path: string, folder: string): string | undefined {
  const start = `src/${folder}/`;
  return path.startsWith(start) ? /^([^/]+)\//.exec(path.slice(start.length))?.[1] : undefined;
}
