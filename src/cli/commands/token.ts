import type { Command } from "commander";
import type { TokenDocument } from "../../api/accounts.ts";
import type { TokenScope } from "../../storage/metadata/accounts.ts";
import { addExamples } from "../help/examples.ts";
import { collectOption } from "../options/collect.ts";
import { addLimitOptions, type LimitOptions, limitOf } from "../options/limit.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { noteRest } from "../output/note-rest.ts";
import { print, printJson, printNote, printTable } from "../output/print.ts";
import { type AccountOptions, addAccountOptions, atRegistryOrHere } from "../sessions/account.ts";
import { localActor } from "../sessions/actor.ts";

interface CreateOptions extends AccountOptions {
  readonly user?: string;
  readonly scope?: readonly string[];
  readonly expires?: string;
  readonly description?: string;
  readonly dockerConfig?: string;
}

interface ListOptions extends AccountOptions, LimitOptions {
  readonly user?: string;
  readonly own?: boolean;
}

interface RevokeOptions extends AccountOptions {
  readonly own?: boolean;
}

/** `opm token`: access tokens, which stand in for a password and may do less. */
export function registerToken(program: Command): void {
  const token = program.command("token").description("manage access tokens");
  const creating = token
    .command("create")
    .description("create a token and print it, once")
    .option("-u, --user <name>", "account that the token acts for (default: your own, with --registry)")
    .option("-s, --scope <scope>", "limit it, e.g. 'team/**:pull,push' (repeatable)", collectOption)
    .option("-e, --expires <duration>", "lifetime, e.g. 12h or 30d (default: no end)")
    .option("--description <text>", "what it is for")
    .option("--docker-config <file>", "write it into this docker configuration, too; - prints one in place of the token");
  addAccountOptions(creating).action(create);
  addExamples(
    creating,
    ["opm token create -u ci --scope 'team/**:pull,push' --expires 90d", "for a pipeline"],
    ["opm token create -u ci --docker-config - > config.json", "~/.docker/config.json for a machine without docker"],
    ["opm token create --registry registry.example.com", "for yourself, at a registry; takes your password"],
  );
  const listing = token
    .command("list")
    .description("list tokens, without their secrets")
    .option("-u, --user <name>", "only those of this account")
    .option("--own", "your own, with --registry");
  addAccountOptions(addLimitOptions(listing)).action(list);
  addExamples(listing, ["opm token list --own --registry registry.example.com", "when each was used last, and until when it is valid"]);
  const revoking = token
    .command("revoke")
    .description("revoke a token")
    .argument("<id>", "id of the token, see opm token list")
    .option("--own", "one of your own, with --registry");
  addAccountOptions(revoking).action(revoke);
  addExamples(revoking, ["opm token revoke --own --registry registry.example.com 5SgV0bY7Qm1k", "it ends at once"]);
}

async function create(options: CreateOptions): Promise<void> {
  const { user, description = "", dockerConfig } = options;
  if (dockerConfig === "-" && options.json === true) throw new CliError(EXIT.invalid, "give --json or --docker-config -, not both: each prints a document");
  if (user === undefined && options.registry === undefined) throw new CliError(EXIT.invalid, "name the account with --user");
  const { createToken, parseTokenScope } = await import("../../access/tokens.ts");
  const now = Date.now();
  const expiresAt = await expiry(options.expires, now);
  const scopes = (options.scope ?? []).map(parseTokenScope);
  const { host, ...created } = await atRegistryOrHere(options, {
    what: "create a token",
    here: async ({ metadata: { accounts } }, config) => {
      const [{ openDirectory }, { checkDockerConfig, hostOfConfig }, { scopesOf }] = await Promise.all([
        import("../sessions/local-accounts.ts"),
        import("./token/docker-config.ts"),
        import("../../catalog/account-documents.ts"),
      ]);
      const host = dockerConfig === undefined ? "" : hostOfConfig(config);
      if (dockerConfig !== undefined) await checkDockerConfig(dockerConfig, host);
      const { describe: account } = await openDirectory(accounts, config);
      const wanted = { user: user ?? "", description, scopes, expiresAt };
      const { id, text } = await createToken({ accounts, account }, wanted, localActor(), now);
      return { id, token: text, user: wanted.user, scopes: scopesOf(scopes), expiresAt: time(expiresAt) ?? null, host };
    },
    there: async ({ call }, host) => {
      if (dockerConfig !== undefined) await (await import("./token/docker-config.ts")).checkDockerConfig(dockerConfig, host);
      const until = time(expiresAt);
      const body = { description, ...(scopes.length > 0 && { scopes: scopes.map(scopeBody) }), ...(until !== undefined && { expiresAt: until }) };
      const reply = user === undefined ? await call("createOwnToken", { body }) : await call("createToken", { body: { ...body, user } });
      return { ...reply, host };
    },
  });
  if (dockerConfig !== undefined) {
    const { writeDockerConfig } = await import("./token/docker-config.ts");
    await writeDockerConfig(dockerConfig, { host, user: created.user, token: created.token });
    if (dockerConfig === "-") return;
  }
  if (options.json === true) return printJson(created);
  if (dockerConfig !== undefined) return printNote(`wrote the token ${created.id} for ${host} into ${dockerConfig}`);
  if (options.quiet !== true) printNote(`This token is shown only now. Log in as ${created.user} with it as the password.`);
  print(created.token);
}

type Action = "pull" | "push" | "delete" | "admin";

/** The actions were checked when the scope was parsed. */
function scopeBody({ repositories, actions }: TokenScope): { repositories: string; actions: Action[] } {
  return { repositories, actions: actions.filter((action): action is Action => ["pull", "push", "delete", "admin"].includes(action)) };
}

async function expiry(text: string | undefined, now: number): Promise<number | undefined> {
  if (text === undefined) return undefined;
  const { parseDuration } = await import("../../config/units.ts");
  const duration = parseDuration(text);
  if (duration === undefined) throw new CliError(EXIT.invalid, `invalid duration '${text}': expected one such as 12h or 30d`);
  if (!Number.isFinite(new Date(now + duration).getTime())) throw new CliError(EXIT.invalid, `the duration '${text}' is too long`);
  return now + duration;
}

async function list(options: ListOptions): Promise<void> {
  const { user } = options;
  assertOwn(options);
  if (options.own === true && user !== undefined) throw new CliError(EXIT.invalid, "give --own or --user, not both");
  const limit = limitOf(options);
  const { rows, more } = await atRegistryOrHere(options, {
    what: "list the tokens",
    here: async ({ metadata: { accounts } }) => {
      const { tokenDocument } = await import("../../catalog/account-documents.ts");
      const found = (await accounts.listTokens(user)).map((token) => tokenDocument(token, Date.now()));
      return { rows: found.slice(0, Math.min(limit, found.length)) as TokenDocument[], more: found.length > limit };
    },
    there: async ({ pages }) => {
      const { gather } = await import("../../client/packages/server-source.ts");
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

function assertOwn({ own, registry }: RevokeOptions): void {
  if (own === true && registry === undefined) throw new CliError(EXIT.invalid, "--own takes --registry: only a registry knows who you are");
}

function time(millis: number | undefined): string | undefined {
  return millis === undefined ? undefined : new Date(millis).toISOString();
}

async function revoke(id: string, options: RevokeOptions): Promise<void> {
  assertOwn(options);
  const reply = await atRegistryOrHere(options, {
    what: `revoke the token ${id}`,
    here: async ({ metadata: { accounts } }) => {
      const { revokeToken } = await import("../../access/tokens.ts");
      await revokeToken(accounts, id, localActor(), Date.now());
      return { deleted: id };
    },
    there: ({ call }) => (options.own === true ? call("revokeOwnToken", { token: id }) : call("revokeToken", { token: id })),
  });
  if (options.json === true) return printJson(reply);
  if (options.quiet !== true) print(`revoked token ${id}`);
}
