import type { Command } from "commander";
import { registerModBuild } from "./mod/build.ts";
import { registerModBundle } from "./mod/bundle.ts";
import { registerModEdit } from "./mod/edit.ts";
import { registerModFix } from "./mod/fix.ts";
import { registerModGet } from "./mod/get.ts";
import { registerModGraph } from "./mod/graph.ts";
import { registerModInit } from "./mod/init.ts";
import { registerModMirror } from "./mod/mirror.ts";
import { addModCommand } from "./mod/mod-command.ts";
import { registerModPublish } from "./mod/publish.ts";
import { registerModResolve } from "./mod/resolve.ts";
import { registerModTidy } from "./mod/tidy.ts";
import { registerModUpdate } from "./mod/update.ts";
import { registerModVendor } from "./mod/vendor.ts";
import { registerModVersions } from "./mod/versions.ts";
import { registerModVet } from "./mod/vet.ts";
import { registerModWhy } from "./mod/why.ts";

/** `opm mod`: CUE modules. */
export function registerMod(program: Command): void {
  const mod = addModCommand(program);
  registerModBuild(mod);
  registerModBundle(mod);
  registerModEdit(mod);
  registerModFix(mod);
  registerModGet(mod);
  registerModGraph(mod);
  registerModInit(mod);
  registerModMirror(mod);
  registerModPublish(mod);
  registerModResolve(mod);
  registerModTidy(mod);
  registerModUpdate(mod);
  registerModVendor(mod);
  registerModVersions(mod);
  registerModVet(mod);
  registerModWhy(mod);
}
