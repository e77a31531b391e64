import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { type AccountOptions, addAccountOptions } from "../../options/account.ts";
import { replyOf } from "../../schemas/reply.ts";
import { atRegistryOrHere, localActor } from "../../sessions/account.ts";
import { reportDone } from "./report-user.ts";

/** What `--json` prints. */
export const outputSchema = replyOf("deleteUser");

/** `opm user remove`: an account, with its tokens. */
export function define(command: Command): void {
  command.argument("<name>", "name of the account");
  addAccountOptions(command).action(run);
  addExamples(command, ["opm user remove ann", "to let nobody in for a while: opm user edit ann --disable"]);
}

async function run(name: string, options: AccountOptions): Promise<void> {
  const reply = await atRegistryOrHere(options, {
    what: `remove the user ${name}`,
    here: async ({ metadata: { accounts, coordination } }) => {
      const { deleteUser } = await import("../../../access/users.ts");
      await deleteUser(accounts, name, localActor(), await coordination.time());
      return { deleted: name };
    },
    there: ({ call }) => call("deleteUser", { user: name }),
  });
  reportDone(options, reply, `removed user ${name} and revoked its tokens`);
}
