import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { addAccountOptions, assertOwn, type OwnOptions } from "../../options/account.ts";
import { print, printJson } from "../../output/print.ts";
import { replyOf } from "../../schemas/reply.ts";
import { atRegistryOrHere, localActor } from "../../sessions/account.ts";

/** What `--json` prints. */
export const outputSchema = replyOf("revokeToken");

/** `opm token revoke`: it ends at once. */
export function define(command: Command): void {
  command.argument("<id>", "id of the token, see opm token list").option("--own", "one of your own, with --registry");
  addAccountOptions(command).action(run);
  addExamples(command, ["opm token revoke --own --registry registry.example.com 5SgV0bY7Qm1k", "it ends at once"]);
}

async function run(id: string, options: OwnOptions): Promise<void> {
  assertOwn(options);
  const reply = await atRegistryOrHere(options, {
    what: `revoke the token ${id}`,
    here: async ({ metadata: { accounts, coordination } }) => {
      const { revokeToken } = await import("../../../access/tokens.ts");
      await revokeToken(accounts, id, localActor(), await coordination.time());
      return { deleted: id };
    },
    there: ({ call }) => (options.own === true ? call("revokeOwnToken", { token: id }) : call("revokeToken", { token: id })),
  });
  if (options.json === true) return printJson(reply);
  if (options.quiet !== true) print(`revoked token ${id}`);
}
