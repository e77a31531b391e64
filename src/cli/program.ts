import type { Command } from "commander";
import { registerAttach } from "./commands/attach.ts";
import { registerAudit } from "./commands/audit.ts";
import { registerCache } from "./commands/cache.ts";
import { registerCompletion } from "./commands/completion.ts";
import { registerComponent } from "./commands/component.ts";
import { registerConfig } from "./commands/config.ts";
import { registerCopy } from "./commands/copy.ts";
import { registerDelete } from "./commands/delete.ts";
import { registerGc } from "./commands/gc.ts";
import { registerHelp } from "./commands/help.ts";
import { registerMod } from "./commands/mod.ts";
import { registerPull } from "./commands/pull.ts";
import { registerPush } from "./commands/push.ts";
import { registerReferrers } from "./commands/referrers.ts";
import { registerSchema } from "./commands/schema.ts";
import { registerScrub } from "./commands/scrub.ts";
import { registerServe } from "./commands/serve.ts";
import { registerTag } from "./commands/tag.ts";
import { registerToken } from "./commands/token.ts";
import { registerUser } from "./commands/user.ts";
import { registerVersion } from "./commands/version.ts";
import { registerWhoami } from "./commands/whoami.ts";
import { registerPackageCommands } from "./package-commands.ts";
import { createRootCommand } from "./root-command.ts";

/** Below the commands. */
const MORE = `
More:
  opm help user add      help for a command, however deep it is
  opm help environment   the variables that opm reads
  opm schema user list   the JSON that a command prints with --json
  docs/guide             the guide by task, in the source of opm; docs/reference
                         has every command, setting and variable`;

/** The whole command line. Commands load what they need when they run, so that this is quick. */
export function buildProgram(program: Command = createRootCommand()): Command {
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
  registerCache(program);
  program.commandsGroup("Components (OCM):");
  registerComponent(program);
  program.commandsGroup("Run a registry:");
  registerServe(program);
  registerConfig(program);
  registerUser(program);
  registerToken(program);
  registerWhoami(program);
  registerAudit(program);
  registerGc(program);
  registerScrub(program);
  program.commandsGroup("This program:");
  registerVersion(program);
  registerCompletion(program);
  registerSchema(program);
  registerHelp(program);
  program.addHelpText("after", MORE);
  return program;
}
