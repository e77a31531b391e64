import { type Command, Option } from "commander";
import { addExamples } from "../../help/examples.ts";
import { type AccountOptions, addAccountOptions } from "../../options/account.ts";
import { collectOption } from "../../options/values.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { replyOf } from "../../schemas/reply.ts";
import { atRegistryOrHere, localActor } from "../../sessions/account.ts";
import { documentOf, reportDone } from "./report-user.ts";

interface EditOptions extends AccountOptions {
  readonly group?: readonly string[];
  readonly noGroup?: readonly string[];
  readonly disable?: boolean;
  readonly enable?: boolean;
}

/** What `--json` prints. */
export const outputSchema = replyOf("editUser");

/** `opm user edit`: its groups, and whether it may log in. */
export function define(command: Command): void {
  command
    .argument("<name>", "name of the account")
    .option("-g, --group <group>", "add it to a group (repeatable)", collectOption)
    .addOption(plainOption("--no-group <group>", "take it out of a group (repeatable)").argParser(collectOption))
    .option("--disable", "let nobody log in; its tokens stay, and do nothing")
    .option("--enable", "let it log in again");
  addAccountOptions(command).action(run);
  addExamples(command, ["opm user edit ann --group ops --no-group developers", "its password and tokens stay"]);
}

/** An option whose name only begins as one that turns another off. */
function plainOption(flags: string, description: string): Option {
  const option = new Option(flags, description);
  option.negate = false;
  return option;
}

async function run(name: string, options: EditOptions): Promise<void> {
  const { group, noGroup, disable, enable } = options;
  if (disable === true && enable === true) throw new CliError(EXIT.invalid, "give --disable or --enable, not both");
  if (group === undefined && noGroup === undefined && disable !== true && enable !== true) {
    throw new CliError(EXIT.invalid, "nothing to change: give --group, --no-group, --disable or --enable");
  }
  const change = {
    ...(group && { addGroups: [...group] }),
    ...(noGroup && { removeGroups: [...noGroup] }),
    ...((disable ?? enable) !== undefined && { disabled: disable === true }),
  };
  const reply = await atRegistryOrHere(options, {
    what: `change the user ${name}`,
    here: async ({ metadata: { accounts, coordination } }) => {
      const { editUser } = await import("../../../access/users.ts");
      return await documentOf(await editUser(accounts, name, change, localActor(), await coordination.time()), name);
    },
    there: ({ call }) => call("editUser", { user: name, body: change }),
  });
  reportDone(options, reply, `changed user ${name}: ${reply.disabled ? "disabled" : "enabled"}, groups: ${reply.groups.join(", ") || "none"}`);
}
