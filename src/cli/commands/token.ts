import type { Command } from "commander";
import type { AccessToken } from "../../storage/metadata-store.ts";
import { localActor } from "../actor.ts";
import { collectOption } from "../collect-option.ts";
import { addConfigOptions, type ConfigOptions } from "../config-options.ts";
import { CliError, EXIT } from "../exit-code.ts";
import { print, printJson, printNote, printTable, printWarning } from "../output.ts";
import { refusing } from "../refusal.ts";
import { withExistingStores } from "../stores.ts";

interface CreateOptions extends ConfigOptions {
  readonly user: string;
  readonly scope?: readonly string[];
  readonly expires?: string;
  readonly description?: string;
  readonly json?: boolean;
}

interface ListOptions extends ConfigOptions {
  readonly user?: string;
  readonly json?: boolean;
}

/** `opm token`: access tokens, which stand in for a password and may do less. */
export function registerToken(program: Command): void {
  const token = program.command("token").description("manage access tokens");
  addConfigOptions(token.command("create").description("create a token and print it, once"))
    .requiredOption("-u, --user <name>", "account that the token acts for")
    .option("-s, --scope <scope>", "limit it, e.g. 'team/**:pull,push' (repeatable)", collectOption)
    .option("-e, --expires <duration>", "lifetime, e.g. 12h or 30d (default: no end)")
    .option("--description <text>", "what it is for")
    .option("--json", "print JSON, as docs/reference/json.md describes it")
    .action(create);
  addConfigOptions(token.command("list").description("list tokens, without their secrets"))
    .option("-u, --user <name>", "only those of this account")
    .option("--json", "print JSON, as docs/reference/json.md describes it")
    .action(list);
  addConfigOptions(token.command("revoke").description("revoke a token").argument("<id>", "id of the token, see opm token list")).action(revoke);
}

async function create(options: CreateOptions): Promise<void> {
  const { createToken, parseTokenScope } = await import("../../access/tokens.ts");
  const now = Date.now();
  const expiresAt = await expiry(options.expires, now);
  const scopes = await refusing(async () => (options.scope ?? []).map(parseTokenScope));
  const created = await withExistingStores(options, async ({ metadata }, config) => {
    const htpasswd = await htpasswdOf(config.access.htpasswd);
    const wanted = { user: options.user, description: options.description ?? "", scopes, expiresAt };
    return await refusing(() => createToken({ metadata, htpasswd }, wanted, localActor(), now));
  });
  if (options.json === true) return printJson({ id: created.id, token: created.text, user: options.user, scopes, expiresAt: time(expiresAt) ?? null });
  printNote(`This token is shown only now. Log in as ${options.user} with it as the password.`);
  print(created.text);
}

async function expiry(text: string | undefined, now: number): Promise<number | undefined> {
  if (text === undefined) return undefined;
  const { parseDuration } = await import("../../config/units.ts");
  const duration = parseDuration(text);
  if (duration === undefined) throw new CliError(EXIT.invalid, `invalid duration '${text}': expected one such as 12h or 30d`);
  if (!Number.isFinite(new Date(now + duration).getTime())) throw new CliError(EXIT.invalid, `the duration '${text}' is too long`);
  return now + duration;
}

async function htpasswdOf(path: string | undefined) {
  if (path === undefined) return undefined;
  const { openHtpasswd } = await import("../../access/htpasswd.ts");
  return await openHtpasswd(path, { warn: printWarning, now: Date.now });
}

async function list(options: ListOptions): Promise<void> {
  const { listTokens } = await import("../../access/tokens.ts");
  const tokens = await withExistingStores(options, ({ metadata }) => listTokens(metadata, options.user));
  if (options.json === true) return printJson(tokens.map(toJson));
  printTable(
    ["ID", "USER", "STATE", "EXPIRES", "SCOPES", "DESCRIPTION"],
    tokens.map((token) => [
      token.id,
      token.user,
      stateOf(token),
      time(token.expiresAt)?.slice(0, 10) ?? "never",
      token.scopes.map(({ repositories, actions }) => `${repositories}:${actions.join(",")}`).join(" ") || "all",
      token.description,
    ]),
  );
}

function toJson(token: AccessToken) {
  const { id, user, description, scopes } = token;
  return {
    id,
    user,
    description,
    state: stateOf(token),
    scopes,
    createdAt: time(token.createdAt),
    expiresAt: time(token.expiresAt) ?? null,
    lastUsedAt: time(token.lastUsedAt) ?? null,
    revokedAt: time(token.revokedAt) ?? null,
  };
}

function stateOf({ expiresAt, revokedAt }: AccessToken): "valid" | "expired" | "revoked" {
  if (revokedAt !== undefined) return "revoked";
  return expiresAt !== undefined && expiresAt <= Date.now() ? "expired" : "valid";
}

function time(millis: number | undefined): string | undefined {
  return millis === undefined ? undefined : new Date(millis).toISOString();
}

async function revoke(id: string, options: ConfigOptions): Promise<void> {
  const { revokeToken } = await import("../../access/tokens.ts");
  await withExistingStores(options, async ({ metadata }) => {
    if ((await metadata.token(id)) === undefined) throw new CliError(EXIT.notFound, `there is no token ${id}: see opm token list`);
    await refusing(() => revokeToken(metadata, id, localActor(), Date.now()));
  });
  print(`revoked token ${id}`);
}
