import type { Command } from "commander";
import { registerComponentAdd } from "./component/add.ts";
import { registerComponentDownload } from "./component/download.ts";
import { registerComponentGet } from "./component/get.ts";
import { registerComponentList } from "./component/list.ts";
import { registerComponentResources } from "./component/resources.ts";
import { registerComponentTransfer } from "./component/transfer.ts";

/** `opm component`: component versions of the Open Component Model. */
export function registerComponent(program: Command): void {
  const component = program.command("component").description("build, transfer, sign and verify component versions");
  registerComponentAdd(component);
  registerComponentGet(component);
  registerComponentList(component);
  registerComponentResources(component);
  registerComponentDownload(component);
  registerComponentTransfer(component);
}
