import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { type AccountOptions, addAccountOptions } from "../../options/account.ts";
import { addLimitOptions, type LimitOptions, limitOf, noteRest } from "../../options/limit.ts";
import { printJson, printTable } from "../../output/print.ts";
import { atRegistryOrHere } from "../../sessions/account.ts";

interface ListOptions extends AccountOptions, LimitOptions {}

/** What `--json` prints. */
export const outputSchema = async () => (await import("../../../api/accounts.ts")).userDocument.array();

/** `opm user list`: all accounts. */
export function define(command: Command): void {
  addAccountOptions(addLimitOptions(command)).action(run);
  addExamples(command, ["opm user list --registry registry.example.com", "names, groups, and which are disabled"]);
}

async function run(options: ListOptions): Promise<void> {
  const limit = limitOf(options);
  const { rows, more } = await atRegistryOrHere(options, {
    what: "list the users",
    here: async ({ metadata: { accounts } }) => {
      const { userDocument } = await import("../../../catalog/account-documents.ts");
      const found = (await accounts.listUsers()).map(userDocument);
      return { rows: found.slice(0, Math.min(limit, found.length)), more: found.length > limit };
    },
    there: async ({ pages }) => {
      const { gather } = await import("../../../client/packages/server-source.ts");
      return await gather(pages("listUsers", { query: { n: Math.min(limit, 1000) } }), ({ users }) => users, limit);
    },
  });
  if (options.json === true) return printJson(rows);
  printTable(
    ["NAME", "CREATED", "STATE", "GROUPS"],
    rows.map(({ name, createdAt, disabled, groups }) => [name, createdAt, disabled ? "disabled" : "enabled", groups.join(", ")]),
    { cut: [3, 1] },
  );
  noteRest({ rows, more }, options);
}
