import type { Directory } from "../../access/directory.ts";
import { ANONYMOUS, type Principal } from "../../access/principal.ts";
import type { RightsDocument } from "../../api/accounts.ts";
import type { Config } from "../../config/schema.ts";
import type { AccountStore } from "../../storage/metadata/accounts.ts";
import type { Ports } from "../../storage/metadata/store.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { printWarning } from "../output/print.ts";

/** All accounts of a configuration: those of the metadata store, and those of its htpasswd file. */
export async function openDirectory(accounts: AccountStore, { access }: Config): Promise<Directory> {
  const { createDirectory } = await import("../../access/directory.ts");
  const options = { accounts, groups: access.groups, now: Date.now };
  if (access.htpasswd === undefined) return createDirectory(options);
  const { openHtpasswd } = await import("../../access/htpasswd.ts");
  return createDirectory({ ...options, htpasswd: await openHtpasswd(access.htpasswd, { warn: printWarning, now: Date.now }) });
}

/**
 * What an account may do by a configuration and by what was declared.
 * @throws CliError `notFound` when there is no such account, RegistryError for a name that is none of a repository
 */
export async function rightsOfAccount(
  metadata: Ports<"accounts" | "definitions">,
  config: Config,
  name: string,
  repository: string | undefined,
): Promise<RightsDocument> {
  const [{ createEvaluator }, { explainRights }, { rightsDocument }, { parseRepositoryName }] = await Promise.all([
    import("../../access/live-evaluator.ts"),
    import("../../access/explain-rights.ts"),
    import("../../catalog/account-documents.ts"),
    import("../../oci/name.ts"),
  ]);
  const named = repository === undefined ? undefined : parseRepositoryName(repository);
  const account = name === ANONYMOUS.name ? undefined : await (await openDirectory(metadata.accounts, config)).describe(name);
  if (account === undefined && name !== ANONYMOUS.name) throw new CliError(EXIT.notFound, `there is no user ${name}: see opm user list`);
  const principal: Principal = account === undefined ? ANONYMOUS : { name, anonymous: false, groups: account.groups, scopes: undefined };
  const declared = await metadata.definitions.declared();
  const configured = config.access.grants;
  const evaluator = createEvaluator(configured, { current: () => declared });
  const actions = named === undefined ? [] : evaluator.actions(principal, named);
  const reasons = explainRights({ configured, declared }, principal, named);
  return rightsDocument(principal, { repository: named, disabled: account?.disabled === true, actions, reasons });
}
