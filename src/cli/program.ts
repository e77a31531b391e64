import type { Command } from "commander";
import { registerAttach } from "./commands/attach.ts";
import { registerCompletion } from "./commands/completion.ts";
import { registerConfig } from "./commands/config.ts";
import { registerCopy } from "./commands/copy.ts";
import { registerDelete } from "./commands/delete.ts";
import { registerGc } from "./commands/gc.ts";
import { registerMod } from "./commands/mod.ts";
import { registerPull } from "./commands/pull.ts";
import { registerPush } from "./commands/push.ts";
import { registerReferrers } from "./commands/referrers.ts";
import { registerScrub } from "./commands/scrub.ts";
import { registerServe } from "./commands/serve.ts";
import { registerTag } from "./commands/tag.ts";
import { registerToken } from "./commands/token.ts";
import { registerUser } from "./commands/user.ts";
import { registerVersion } from "./commands/version.ts";
import { registerPackageCommands } from "./package-commands.ts";
import { createRootCommand } from "./root-command.ts";

/** The whole command line. Commands load what they need when they run, so that this is quick. */
export function buildProgram(): Command {
  const program = createRootCommand();
  program.commandsGroup("Content, in any OCI registry:");
  registerPush(program);
  registerPull(program);
  registerCopy(program);
  registerAttach(program);
  registerReferrers(program);
  registerTag(program);
  registerDelete(program);
  registerPackageCommands(program);
  program.commandsGroup("CUE modules:");
  registerMod(program);
  program.commandsGroup("Run a registry:");
  registerServe(program);
  registerConfig(program);
  registerUser(program);
  registerToken(program);
  registerGc(program);
  registerScrub(program);
  program.commandsGroup("This program:");
  registerVersion(program);
  registerCompletion(program);
  program.helpCommand("help [command]", "print help for a command");
  return program;
}
