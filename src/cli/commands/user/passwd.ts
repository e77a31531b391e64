import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { type AccountOptions, addAccountOptions } from "../../options/account.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { replyOf } from "../../schemas/reply.ts";
import { atRegistry, atRegistryOrHere, localActor } from "../../sessions/account.ts";
import { reportDone } from "./report-user.ts";

interface PasswordOptions extends AccountOptions {
  readonly passwordStdin?: boolean;
}

/** What `--json` prints. */
export const outputSchema = replyOf("setPassword");

/** `opm user passwd`: a new password, for an account or for oneself. */
export function define(command: Command): void {
  command
    .argument("[name]", "name of the account (default: your own, with --registry)")
    .option("--password-stdin", "read the password from standard input; for your own, the old one in a line before it");
  addAccountOptions(command).action(run);
  addExamples(command, ["opm user passwd ann --data /srv/opm", "asks for the new one, twice"], ["opm user passwd --registry registry.example.com", "your own"]);
}

async function run(name: string | undefined, options: PasswordOptions): Promise<void> {
  const { newPassword, ownPasswords } = await import("../../prompts/password.ts");
  const fromStdin = options.passwordStdin === true;
  if (name === undefined) {
    if (options.registry === undefined) throw new CliError(EXIT.invalid, "name the account, or give --registry to change your own password there");
    const body = await ownPasswords({ fromStdin });
    const reply = await atRegistry(options, { what: "change your password", there: ({ call }) => call("setOwnPassword", { body }) });
    return reportDone(options, reply, `changed the password of ${reply.user}; log in with it from now on`);
  }
  const password = await newPassword({ fromStdin });
  const reply = await atRegistryOrHere(options, {
    what: `change the password of ${name}`,
    here: async ({ metadata: { accounts, coordination } }) => {
      const { setPassword } = await import("../../../access/users.ts");
      await setPassword(accounts, name, password, localActor(), await coordination.time());
      return { user: name };
    },
    there: ({ call }) => call("setPassword", { user: name, body: { password } }),
  });
  reportDone(options, reply, `changed the password of ${name}; its tokens stay`);
}
