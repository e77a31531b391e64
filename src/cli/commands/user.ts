import type { Command } from "commander";
import { localActor } from "../actor.ts";
import { collectOption } from "../collect-option.ts";
import { addConfigOptions, type ConfigOptions } from "../config-options.ts";
import { CliError, EXIT } from "../exit-code.ts";
import { print, printJson, printTable } from "../output.ts";
import { refusing } from "../refusal.ts";
import { withExistingStores, withStores } from "../stores.ts";

interface AddOptions extends ConfigOptions {
  readonly group?: readonly string[];
  readonly passwordStdin?: boolean;
}

interface ListOptions extends ConfigOptions {
  readonly json?: boolean;
}

/** `opm user`: the accounts of the registry. */
export function registerUser(program: Command): void {
  const user = program.command("user").description("manage accounts");
  addConfigOptions(user.command("add").description("add an account; asks for its password").argument("<name>", "name to log in with"))
    .option("-g, --group <group>", "a group it belongs to (repeatable)", collectOption)
    .option("--password-stdin", "read the password from standard input")
    .action(add);
  addConfigOptions(user.command("list").description("list accounts")).option("--json", "print JSON, as docs/reference/json.md describes it").action(list);
  addConfigOptions(user.command("remove").description("remove an account and revoke its tokens").argument("<name>", "name of the account")).action(remove);
}

async function add(name: string, options: AddOptions): Promise<void> {
  const [{ createUser }, { newPassword }] = await Promise.all([import("../../access/users.ts"), import("../password-prompt.ts")]);
  const password = await newPassword({ fromStdin: options.passwordStdin === true });
  await withStores(options, ({ metadata }) => refusing(() => createUser(metadata, { name, password, groups: options.group ?? [] }, localActor(), Date.now())));
  print(`added user ${name}`);
}

async function list(options: ListOptions): Promise<void> {
  const users = await withExistingStores(options, ({ metadata }) => metadata.listUsers());
  const rows = users.map(({ name, groups, createdAt }) => ({ name, groups, createdAt: new Date(createdAt).toISOString() }));
  if (options.json === true) return printJson(rows);
  printTable(
    ["NAME", "CREATED", "GROUPS"],
    rows.map(({ name, createdAt, groups }) => [name, createdAt, groups.join(", ")]),
  );
}

async function remove(name: string, options: ConfigOptions): Promise<void> {
  const { deleteUser } = await import("../../access/users.ts");
  await withExistingStores(options, async ({ metadata }) => {
    if ((await metadata.user(name)) === undefined) throw new CliError(EXIT.notFound, `there is no user ${name}: see opm user list`);
    await refusing(() => deleteUser(metadata, name, localActor(), Date.now()));
  });
  print(`removed user ${name} and revoked its tokens`);
}
