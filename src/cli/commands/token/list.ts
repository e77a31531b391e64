import type { Command } from "commander";
import type { TokenDocument } from "../../../api/accounts.ts";
import { addExamples } from "../../help/examples.ts";
import { addAccountOptions, assertOwn, type OwnOptions } from "../../options/account.ts";
import { addLimitOptions, type LimitOptions, limitOf, noteRest } from "../../options/limit.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { printJson, printTable } from "../../output/print.ts";
import { atRegistryOrHere } from "../../sessions/account.ts";

interface ListOptions extends OwnOptions, LimitOptions {
  readonly user?: string;
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("../../../api/accounts.ts")).tokenDocument.array();

/** `opm token list`: without their secrets. */
export function define(command: Command): void {
  command.option("-u, --user <name>", "only those of this account").option("--own", "your own, with --registry");
  addAccountOptions(addLimitOptions(command)).action(run);
  addExamples(command, ["opm token list --own --registry registry.example.com", "when each was used last, and until when it is valid"]);
}

async function run(options: ListOptions): Promise<void> {
  const { user } = options;
  assertOwn(options);
  if (options.own === true && user !== undefined) throw new CliError(EXIT.invalid, "give --own or --user, not both");
  const limit = limitOf(options);
  const { rows, more } = await atRegistryOrHere(options, {
    what: "list the tokens",
    here: async ({ metadata: { accounts, coordination } }) => {
      const { tokenDocument } = await import("../../../catalog/account-documents.ts");
      const now = await coordination.time();
      const found = (await accounts.listTokens(user)).map((token) => tokenDocument(token, now));
      return { rows: found.slice(0, Math.min(limit, found.length)) as TokenDocument[], more: found.length > limit };
    },
    there: async ({ pages }) => {
      const { gather } = await import("../../../client/packages/server-source.ts");
      const n = Math.min(limit, 1000);
      return options.own === true
        ? await gather(pages("listOwnTokens", { query: { n } }), ({ tokens }) => tokens, limit)
        : await gather(pages("listTokens", { query: { n, ...(user !== undefined && { user }) } }), ({ tokens }) => tokens, limit);
    },
  });
  if (options.json === true) return printJson(rows);
  printTable(
    ["ID", "USER", "STATE", "EXPIRES", "SCOPES", "DESCRIPTION"],
    rows.map((token) => [
      token.id,
      token.user,
      token.state,
      token.expiresAt?.slice(0, 10) ?? "never",
      token.scopes.map(({ repositories, actions }) => `${repositories}:${actions.join(",")}`).join(" ") || "all",
      token.description,
    ]),
  );
  noteRest({ rows, more }, options);
}
