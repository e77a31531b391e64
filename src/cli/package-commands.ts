import type { Command } from "commander";
import { registerCatalog } from "./commands/catalog.ts";
import { registerDependents } from "./commands/dependents.ts";
import { registerDeps } from "./commands/deps.ts";
import { registerGraph } from "./commands/graph.ts";
import { registerHistory } from "./commands/history.ts";
import { registerInspect } from "./commands/inspect.ts";
import { registerList } from "./commands/list.ts";
import { registerNamespace } from "./commands/namespace.ts";
import { registerProject } from "./commands/project.ts";
import { registerPrune } from "./commands/prune.ts";
import { registerRepository } from "./commands/repository.ts";
import { registerResolve } from "./commands/resolve.ts";
import { registerRestore } from "./commands/restore.ts";
import { registerSearch } from "./commands/search.ts";
import { registerStats } from "./commands/stats.ts";
import { registerType } from "./commands/type.ts";
import { registerUses } from "./commands/uses.ts";
import { registerVersions } from "./commands/versions.ts";

/** The commands that answer questions about packages, and those that manage a catalog. */
export function registerPackageCommands(program: Command): void {
  program.commandsGroup("Packages, in any OCI registry:");
  registerList(program);
  registerSearch(program);
  registerVersions(program);
  registerResolve(program);
  registerInspect(program);
  registerGraph(program);
  registerDeps(program);
  program.commandsGroup("Packages, in registries with the package API:");
  registerDependents(program);
  registerUses(program);
  registerHistory(program);
  registerRestore(program);
  registerStats(program);
  registerPrune(program);
  program.commandsGroup("Catalog:");
  registerCatalog(program);
  registerNamespace(program);
  registerProject(program);
  registerRepository(program);
  registerType(program);
}
