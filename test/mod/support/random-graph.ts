import { moduleFile } from "../publish/use-modules.ts";

/** A published version of a module, with its files. */
export interface RandomModule {
  readonly path: string;
  readonly version: string;
  readonly files: Readonly<Record<string, string>>;
}

export interface RandomGraph {
  /** What is required comes first. */
  readonly modules: readonly RandomModule[];
  /** An application that imports some of it: its dependencies are for commands to find. */
  readonly app: Readonly<Record<string, string>>;
  /** The modules that it imports, with a version of each. */
  readonly imported: readonly { readonly path: string; readonly version: string }[];
}

/** Numbers below a limit, the same for the same seed (mulberry32). */
function numbers(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

/** Some modules of several majors and versions that require each other, all below `<name>.test`. */
export function randomGraph(name: string, seed: number): RandomGraph {
  const next = numbers(seed);
  const modules: RandomModule[] = [];
  for (let at = 0; at < 4; at++) {
    const base = `${name}.test/m${at}${next(3) === 0 ? "/deep" : ""}`;
    for (let major = next(2); major < 1 + next(2) + 1; major++) {
      const path = `${base}@v${major}`;
      for (let minor = 0; minor <= next(3); minor++) {
        const version = `v${major}.${minor}.${next(3)}${next(6) === 0 ? "-rc.1" : ""}`;
        // the newest, so that none is lower than what another dependency requires
        const deps = choose(modules, path, next).map((dep) => modules.findLast((each) => each.path === dep.path) ?? dep);
        modules.push({ path, version, files: moduleFiles(path, { deps, next, text: `f${at}_${minor}: ${next(100)}` }) });
      }
    }
  }
  const imported = choose(modules, "", next, 3);
  return { modules, imported, app: { "module.cue": moduleFile(`${name}.test/app@v0`), "a.cue": source("app", imported, "own: 1") } };
}

type Version = Pick<RandomModule, "path" | "version">;

/** Some of the modules, each path once, without other majors of the same module. */
function choose(modules: readonly RandomModule[], own: string, next: (limit: number) => number, least = 0): Version[] {
  const chosen = new Map<string, Version>();
  const count = least + next(3);
  for (let tries = 0; tries < 20 && chosen.size < count && modules.length > 0; tries++) {
    const found = modules[next(modules.length)];
    if (found === undefined || own.startsWith(found.path.replace(/@.*/, ""))) continue;
    chosen.set(found.path.replace(/@.*/, ""), { path: found.path, version: found.version });
  }
  return [...chosen.values()];
}

function moduleFiles(path: string, { deps, next, text }: { deps: readonly Version[]; next: (limit: number) => number; text: string }): Record<string, string> {
  const files = {
    "module.cue": moduleFile(path, { deps: Object.fromEntries(deps.map((dep) => [dep.path, dep.version])) }),
    "x.cue": source("x", deps, text),
  };
  const more = { "sub/s.cue": `package sub\n\n${text}\n`, "README.md": "# text\n", ".hidden": "", "data/d.json": "{}\n" };
  return { ...files, ...Object.fromEntries(Object.entries(more).filter(() => next(2) === 0)) };
}

function source(name: string, deps: readonly Version[], text: string): string {
  const imports = deps.map(({ path }, at) => `import d${at} "${path}:x"\n`).join("");
  return `package ${name}\n\n${imports}\n${text}\n${deps.map((_, at) => `d${at}_: d${at}\n`).join("")}`;
}
