import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { type AccountOptions, addAccountOptions } from "../../options/account.ts";
import { printJson } from "../../output/print.ts";
import { replyOf } from "../../schemas/reply.ts";
import { atRegistryOrHere } from "../../sessions/account.ts";

/** What `--json` prints. */
export const outputSchema = replyOf("getUserRights");

/** `opm user rights`: what an account may do, and by which grants. */
export function define(command: Command): void {
  command.argument("<name>", "name of the account, or anonymous").argument("[repository]", "what counts for this one");
  addAccountOptions(command).action(run);
  addExamples(command, ["opm user rights ann team/app", "which grants let ann pull from it, push to it, ..."]);
}

async function run(name: string, repository: string | undefined, options: AccountOptions): Promise<void> {
  const reply = await atRegistryOrHere(options, {
    what: `show the rights of ${name}`,
    here: async ({ metadata }, config) => {
      const { rightsOfAccount } = await import("../../sessions/local-accounts.ts");
      return await rightsOfAccount(metadata, config, name, repository);
    },
    there: ({ call }) => call("getUserRights", { user: name, query: { ...(repository !== undefined && { repository }) } }),
  });
  if (options.json === true) return printJson(reply);
  const { printRights } = await import("../../output/rights.ts");
  printRights(reply);
}
