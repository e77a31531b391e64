import type { Command } from "commander";
import type { TokenScope } from "../../../storage/metadata/accounts.ts";
import { addExamples } from "../../help/examples.ts";
import { type AccountOptions, addAccountOptions } from "../../options/account.ts";
import { collectOption } from "../../options/values.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { print, printJson, printNote } from "../../output/print.ts";
import { replyOf } from "../../schemas/reply.ts";
import { atRegistryOrHere, localActor } from "../../sessions/account.ts";

interface CreateOptions extends AccountOptions {
  readonly user?: string;
  readonly scope?: readonly string[];
  readonly expires?: string;
  readonly description?: string;
  readonly dockerConfig?: string;
}

/** What `--json` prints. */
export const outputSchema = replyOf("createToken");

/** `opm token create`: prints it, once. */
export function define(command: Command): void {
  command
    .option("-u, --user <name>", "account that the token acts for (default: your own, with --registry)")
    .option("-s, --scope <scope>", "limit it, e.g. 'team/**:pull,push' (repeatable)", collectOption)
    .option("-e, --expires <duration>", "lifetime, e.g. 12h or 30d (default: no end)")
    .option("--description <text>", "what it is for")
    .option("--docker-config <file>", "write it into this docker configuration, too; - prints one in place of the token");
  addAccountOptions(command).action(run);
  addExamples(
    command,
    ["opm token create -u ci --scope 'team/**:pull,push' --expires 90d", "for a pipeline"],
    ["opm token create -u ci --docker-config - > config.json", "~/.docker/config.json for a machine without docker"],
    ["opm token create --registry registry.example.com", "for yourself, at a registry; takes your password"],
  );
}

async function run(options: CreateOptions): Promise<void> {
  const { user, description = "", dockerConfig } = options;
  if (dockerConfig === "-" && options.json === true) throw new CliError(EXIT.invalid, "give --json or --docker-config -, not both: each prints a document");
  if (user === undefined && options.registry === undefined) throw new CliError(EXIT.invalid, "name the account with --user");
  const { createToken, parseTokenScope } = await import("../../../access/tokens.ts");
  const lifetime = await parseLifetime(options.expires);
  const scopes = (options.scope ?? []).map(parseTokenScope);
  const { host, ...created } = await atRegistryOrHere(options, {
    what: "create a token",
    here: async ({ metadata: { accounts, coordination } }, config) => {
      const [{ openDirectory }, { checkDockerConfig, hostOfConfig }, { scopesOf }] = await Promise.all([
        import("../../sessions/local-accounts.ts"),
        import("./docker-config.ts"),
        import("../../../catalog/account-documents.ts"),
      ]);
      const host = dockerConfig === undefined ? "" : hostOfConfig(config);
      if (dockerConfig !== undefined) await checkDockerConfig(dockerConfig, host);
      const { describe: account } = await openDirectory(accounts, config);
      const now = await coordination.time();
      const expiresAt = lifetime === undefined ? undefined : now + lifetime;
      const wanted = { user: user ?? "", description, scopes, expiresAt };
      const { id, text } = await createToken({ accounts, account }, wanted, localActor(), now);
      return { id, token: text, user: wanted.user, scopes: scopesOf(scopes), expiresAt: time(expiresAt) ?? null, host };
    },
    there: async ({ call }, host) => {
      if (dockerConfig !== undefined) await (await import("./docker-config.ts")).checkDockerConfig(dockerConfig, host);
      const until = time(lifetime === undefined ? undefined : Date.now() + lifetime);
      const body = { description, ...(scopes.length > 0 && { scopes: scopes.map(scopeBody) }), ...(until !== undefined && { expiresAt: until }) };
      const reply = user === undefined ? await call("createOwnToken", { body }) : await call("createToken", { body: { ...body, user } });
      return { ...reply, host };
    },
  });
  if (dockerConfig !== undefined) {
    const { writeDockerConfig } = await import("./docker-config.ts");
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

/** Milliseconds. */
async function parseLifetime(text: string | undefined): Promise<number | undefined> {
  if (text === undefined) return undefined;
  const { parseDuration } = await import("../../../config/units.ts");
  const duration = parseDuration(text);
  if (duration === undefined) throw new CliError(EXIT.invalid, `invalid duration '${text}': expected one such as 12h or 30d`);
  if (!Number.isFinite(new Date(Date.now() + duration).getTime())) throw new CliError(EXIT.invalid, `the duration '${text}' is too long`);
  return duration;
}

function time(millis: number | undefined): string | undefined {
  return millis === undefined ? undefined : new Date(millis).toISOString();
}
