import type { Command } from "commander";

/** The commands of `opm mod`, each of which is also built alone. */
export const DIRECT_MOD_COMMANDS: Readonly<Record<string, () => Promise<(mod: Command) => void>>> = {
  build: async () => (await import("./commands/mod/build.ts")).registerModBuild,
  bundle: async () => (await import("./commands/mod/bundle.ts")).registerModBundle,
  edit: async () => (await import("./commands/mod/edit.ts")).registerModEdit,
  fix: async () => (await import("./commands/mod/fix.ts")).registerModFix,
  get: async () => (await import("./commands/mod/get.ts")).registerModGet,
  graph: async () => (await import("./commands/mod/graph.ts")).registerModGraph,
  init: async () => (await import("./commands/mod/init.ts")).registerModInit,
  mirror: async () => (await import("./commands/mod/mirror.ts")).registerModMirror,
  publish: async () => (await import("./commands/mod/publish.ts")).registerModPublish,
  resolve: async () => (await import("./commands/mod/resolve.ts")).registerModResolve,
  tidy: async () => (await import("./commands/mod/tidy.ts")).registerModTidy,
  update: async () => (await import("./commands/mod/update.ts")).registerModUpdate,
  vendor: async () => (await import("./commands/mod/vendor.ts")).registerModVendor,
  versions: async () => (await import("./commands/mod/versions.ts")).registerModVersions,
  vet: async () => (await import("./commands/mod/vet.ts")).registerModVet,
  why: async () => (await import("./commands/mod/why.ts")).registerModWhy,
};

/** Gives what registers `opm mod` with one of its commands only; with all of them where it has none of this name. */
export async function loadModCommand(name: string): Promise<(program: Command) => void> {
  const load = Object.hasOwn(DIRECT_MOD_COMMANDS, name) ? DIRECT_MOD_COMMANDS[name] : undefined;
  if (load === undefined) return (await import("./commands/mod.ts")).registerMod;
  const [{ addModCommand }, register] = await Promise.all([import("./commands/mod/mod-command.ts"), load()]);
  return (program) => register(addModCommand(program));
}
