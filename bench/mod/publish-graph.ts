import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/** Layers of modules, and modules of a layer, each of which requires three of the next; one more requires all of the first. */
const LAYERS = 7;
const WIDTH = 7;

/** Modules of the graph. */
export const GRAPH_SIZE = LAYERS * WIDTH + 1;

export const TOP = "graph.bench/top@v0";
export const VERSION = "v0.1.0";

/** What a consumer gets. */
export const TOP_VERSION = `graph.bench/top@${VERSION}`;

/** Publishes the graph, what is required first. @param publish publishes the module of a folder */
export async function publishGraph(folder: string, publish: (module: string) => Promise<void>): Promise<void> {
  for (let layer = LAYERS - 1; layer >= 0; layer--) {
    for (let at = 0; at < WIDTH; at++) {
      const required = layer === LAYERS - 1 ? [] : [0, 1, 3].map((step) => pathOf(layer + 1, (at + step) % WIDTH));
      await publish(await writeMember(folder, pathOf(layer, at), required));
    }
  }
  const first = Array.from({ length: WIDTH }, (_, at) => pathOf(0, at));
  await publish(await writeMember(folder, TOP, first));
}

/** The files of a module with imports of these modules. @returns its folder */
export async function writeMember(folder: string, path: string, required: readonly string[]): Promise<string> {
  const name = nameOf(path);
  const root = join(folder, name);
  await mkdir(join(root, "cue.mod"), { recursive: true });
  const deps = required.map((each) => `\t${JSON.stringify(each)}: v: ${JSON.stringify(VERSION)}\n`).join("");
  const block = deps !== "" ? `deps: {\n${deps}}\n` : "";
  await writeFile(join(root, "cue.mod/module.cue"), `module: ${JSON.stringify(path)}\nlanguage: version: "v0.17.0"\nsource: kind: "self"\n${block}`);
  const imports = required.map((each) => `import ${nameOf(each)} ${JSON.stringify(each)}\n`).join("");
  const uses = required.map((each) => `${nameOf(each)}.number`).join(", ");
  await writeFile(join(root, `${name}.cue`), `package ${name}\n\n${imports}\nnumber: ${path.length}\nothers: [${uses}]\n`);
  return root;
}

function pathOf(layer: number, at: number): string {
  return `graph.bench/m${layer}x${at}@v0`;
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1, path.indexOf("@"));
}
