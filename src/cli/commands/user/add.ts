import type { Command } from "commander";
import { addExamples } from "../../help/examples.ts";
import { type AccountOptions, addAccountOptions } from "../../options/account.ts";
import { collectOption } from "../../options/values.ts";
import { replyOf } from "../../schemas/reply.ts";
import { atRegistryOrHere, localActor } from "../../sessions/account.ts";
import { documentOf, reportDone } from "./report-user.ts";

interface AddOptions extends AccountOptions {
  readonly group?: readonly string[];
  readonly passwordStdin?: boolean;
}

/** What `--json` prints. */
export const outputSchema = replyOf("createUser");

/** `opm user add`: an account, with its password. */
export function define(command: Command): void {
  command
    .argument("<name>", "name to log in with")
    .option("-g, --group <group>", "a group it belongs to (repeatable)", collectOption)
    .option("--password-stdin", "read the password from standard input");
  addAccountOptions(command).action(run);
  addExamples(
    command,
    ["opm user add ann --group developers --data /srv/opm", "on the machine of the registry, running or not"],
    ["opm user add ann --registry registry.example.com", "at a registry, as an administrator of it"],
  );
}

async function run(name: string, options: AddOptions): Promise<void> {
  const { newPassword } = await import("../../prompts/password.ts");
  const password = await newPassword({ fromStdin: options.passwordStdin === true });
  const groups = options.group ?? [];
  const reply = await atRegistryOrHere(options, {
    what: "add a user",
    create: true,
    here: async ({ metadata: { accounts, coordination } }) => {
      const { createUser } = await import("../../../access/users.ts");
      await createUser(accounts, { name, password, groups }, localActor(), await coordination.time());
      return await documentOf(await accounts.user(name), name);
    },
    there: ({ call }) => call("createUser", { body: { name, password, groups: [...groups] } }),
  });
  reportDone(options, reply, `added user ${name}`);
}
