import { type Command, Option } from "commander";
import { addExamples } from "../help/examples.ts";
import { collectOption } from "../options/collect.ts";
import { addLimitOptions, type LimitOptions, limitOf } from "../options/limit.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { noteRest } from "../output/note-rest.ts";
import { print, printJson, printTable } from "../output/print.ts";
import { type AccountOptions, addAccountOptions, atRegistry, atRegistryOrHere } from "../sessions/account.ts";
import { localActor } from "../sessions/actor.ts";

interface PasswordOptions extends AccountOptions {
  readonly passwordStdin?: boolean;
}
interface AddOptions extends PasswordOptions {
  readonly group?: readonly string[];
}
interface EditOptions extends AccountOptions {
  readonly group?: readonly string[];
  readonly noGroup?: readonly string[];
  readonly disable?: boolean;
  readonly enable?: boolean;
}
interface ListOptions extends AccountOptions, LimitOptions {}

const STDIN = "read the password from standard input";

/** `opm user`: the accounts of the registry. */
export function registerUser(program: Command): void {
  const user = program.command("user").description("manage accounts");
  const adding = user
    .command("add")
    .description("add an account; asks for its password")
    .argument("<name>", "name to log in with")
    .option("-g, --group <group>", "a group it belongs to (repeatable)", collectOption)
    .option("--password-stdin", STDIN);
  addAccountOptions(adding).action(add);
  addExamples(
    adding,
    ["opm user add ann --group developers --data /srv/opm", "on the machine of the registry, running or not"],
    ["opm user add ann --registry registry.example.com", "at a registry, as an administrator of it"],
  );
  const listing = addLimitOptions(user.command("list").description("list accounts"));
  addAccountOptions(listing).action(list);
  addExamples(listing, ["opm user list --registry registry.example.com", "names, groups, and which are disabled"]);
  const editing = user
    .command("edit")
    .description("change groups of an account, or whether anybody may log in to it")
    .argument("<name>", "name of the account")
    .option("-g, --group <group>", "add it to a group (repeatable)", collectOption)
    .addOption(plainOption("--no-group <group>", "take it out of a group (repeatable)").argParser(collectOption))
    .option("--disable", "let nobody log in; its tokens stay, and do nothing")
    .option("--enable", "let it log in again");
  addAccountOptions(editing).action(edit);
  addExamples(editing, ["opm user edit ann --group ops --no-group developers", "its password and tokens stay"]);
  const changing = user
    .command("passwd")
    .description("give an account a new password; its tokens stay")
    .argument("[name]", "name of the account (default: your own, with --registry)")
    .option("--password-stdin", `${STDIN}; for your own, the old one in a line before it`);
  addAccountOptions(changing).action(changePassword);
  addExamples(
    changing,
    ["opm user passwd ann --data /srv/opm", "asks for the new one, twice"],
    ["opm user passwd --registry registry.example.com", "your own"],
  );
  const explaining = user
    .command("rights")
    .description("show what an account may do, and why")
    .argument("<name>", "name of the account, or anonymous")
    .argument("[repository]", "what counts for this one");
  addAccountOptions(explaining).action(showRights);
  addExamples(explaining, ["opm user rights ann team/app", "which grants let ann pull from it, push to it, ..."]);
  const removing = user.command("remove").description("remove an account and revoke its tokens").argument("<name>", "name of the account");
  addAccountOptions(removing).action(remove);
  addExamples(removing, ["opm user remove ann", "to let nobody in for a while: opm user edit ann --disable"]);
}

/** An option whose name only begins as one that turns another off. */
function plainOption(flags: string, description: string): Option {
  const option = new Option(flags, description);
  option.negate = false;
  return option;
}

async function add(name: string, options: AddOptions): Promise<void> {
  const { newPassword } = await import("../prompts/password.ts");
  const password = await newPassword({ fromStdin: options.passwordStdin === true });
  const groups = options.group ?? [];
  const reply = await atRegistryOrHere(options, {
    what: "add a user",
    create: true,
    here: async ({ metadata: { accounts } }) => {
      const { createUser } = await import("../../access/users.ts");
      await createUser(accounts, { name, password, groups }, localActor(), Date.now());
      return await documentOf(await accounts.user(name), name);
    },
    there: ({ call }) => call("createUser", { body: { name, password, groups: [...groups] } }),
  });
  say(options, reply, `added user ${name}`);
}

async function list(options: ListOptions): Promise<void> {
  const limit = limitOf(options);
  const { rows, more } = await atRegistryOrHere(options, {
    what: "list the users",
    here: async ({ metadata: { accounts } }) => {
      const { userDocument } = await import("../../catalog/account-documents.ts");
      const found = (await accounts.listUsers()).map(userDocument);
      return { rows: found.slice(0, Math.min(limit, found.length)), more: found.length > limit };
    },
    there: async ({ pages }) => {
      const { gather } = await import("../../client/packages/server-source.ts");
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

async function edit(name: string, options: EditOptions): Promise<void> {
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
    here: async ({ metadata: { accounts } }) => {
      const { editUser } = await import("../../access/users.ts");
      return await documentOf(await editUser(accounts, name, change, localActor(), Date.now()), name);
    },
    there: ({ call }) => call("editUser", { user: name, body: change }),
  });
  say(options, reply, `changed user ${name}: ${reply.disabled ? "disabled" : "enabled"}, groups: ${reply.groups.join(", ") || "none"}`);
}

async function changePassword(name: string | undefined, options: PasswordOptions): Promise<void> {
  const { newPassword, ownPasswords } = await import("../prompts/password.ts");
  const fromStdin = options.passwordStdin === true;
  if (name === undefined) {
    if (options.registry === undefined) throw new CliError(EXIT.invalid, "name the account, or give --registry to change your own password there");
    const body = await ownPasswords({ fromStdin });
    const reply = await atRegistry(options, { what: "change your password", there: ({ call }) => call("setOwnPassword", { body }) });
    return say(options, reply, `changed the password of ${reply.user}; log in with it from now on`);
  }
  const password = await newPassword({ fromStdin });
  const reply = await atRegistryOrHere(options, {
    what: `change the password of ${name}`,
    here: async ({ metadata: { accounts } }) => {
      const { setPassword } = await import("../../access/users.ts");
      await setPassword(accounts, name, password, localActor(), Date.now());
      return { user: name };
    },
    there: ({ call }) => call("setPassword", { user: name, body: { password } }),
  });
  say(options, reply, `changed the password of ${name}; its tokens stay`);
}

async function showRights(name: string, repository: string | undefined, options: AccountOptions): Promise<void> {
  const reply = await atRegistryOrHere(options, {
    what: `show the rights of ${name}`,
    here: async ({ metadata }, config) => {
      const { rightsOfAccount } = await import("../sessions/local-accounts.ts");
      return await rightsOfAccount(metadata, config, name, repository);
    },
    there: ({ call }) => call("getUserRights", { user: name, query: { ...(repository !== undefined && { repository }) } }),
  });
  if (options.json === true) return printJson(reply);
  const { printRights } = await import("../output/rights.ts");
  printRights(reply);
}

async function remove(name: string, options: AccountOptions): Promise<void> {
  const reply = await atRegistryOrHere(options, {
    what: `remove the user ${name}`,
    here: async ({ metadata: { accounts } }) => {
      const { deleteUser } = await import("../../access/users.ts");
      await deleteUser(accounts, name, localActor(), Date.now());
      return { deleted: name };
    },
    there: ({ call }) => call("deleteUser", { user: name }),
  });
  say(options, reply, `removed user ${name} and revoked its tokens`);
}

function say({ json, quiet }: AccountOptions, reply: unknown, line: string): void {
  if (json === true) printJson(reply);
  else if (quiet !== true) print(line);
}

async function documentOf(user: Parameters<typeof import("../../catalog/account-documents.ts").userDocument>[0] | undefined, name: string) {
  const { userDocument } = await import("../../catalog/account-documents.ts");
  if (user === undefined) throw new CliError(EXIT.notFound, `the user ${name} was removed meanwhile`);
  return userDocument(user);
}
