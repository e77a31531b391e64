import type { Command } from "commander";
import { registerComponentAdd } from "./component/add.ts";
import { registerComponentCheck } from "./component/check.ts";
import { registerComponentDiff } from "./component/diff.ts";
import { registerComponentDownload } from "./component/download.ts";
import { registerComponentGet } from "./component/get.ts";
import { registerComponentHash } from "./component/hash.ts";
import { registerComponentList } from "./component/list.ts";
import { registerComponentResources } from "./component/resources.ts";
import { registerComponentSign } from "./component/sign.ts";
import { registerComponentTransfer } from "./component/transfer.ts";
import { registerComponentVerify } from "./component/verify.ts";

/** `opm component`: component versions of the Open Component Model. */
export function registerComponent(program: Command): void {
  const component = program.command("component").description("build, transfer, sign and verify component versions");
  registerComponentAdd(component);
  registerComponentGet(component);
  registerComponentList(component);
  registerComponentResources(component);
  registerComponentDownload(component);
  registerComponentTransfer(component);
  registerComponentCheck(component);
  registerComponentDiff(component);
  registerComponentHash(component);
  registerComponentSign(component);
  registerComponentVerify(component);
}
