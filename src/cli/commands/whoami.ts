import type { Command } from "commander";
import { addExamples } from "../help/examples.ts";
import { addHostOptions, type HostOptions } from "../options/client.ts";
import { print, printJson } from "../output/print.ts";

/** What `--json` prints. */
export const outputSchema = async () => {
  const { account, rights } = await import("../../api/accounts.ts");
  return account.extend({ rights });
};

/** `opm whoami`: who the registry takes the caller for, and what that account may do. */
export function define(command: Command): void {
  command.argument("[registry]", "host[:port], or host[:port]/name for your rights on a repository");
  addHostOptions(command).action(run);
  addExamples(
    command,
    ["opm whoami registry.example.com", "the account, its groups, what its token narrows to"],
    ["opm whoami registry.example.com/team/app", "what you may do there, and which grants say so"],
  );
}

async function run(text: string | undefined, options: HostOptions): Promise<void> {
  const [{ hostArgument }, { withPackageApi }] = await Promise.all([import("../arguments/host.ts"), import("../sessions/package.ts")]);
  const { registry, rest } = await hostArgument(text ?? "", options);
  const query = rest === "" ? {} : { repository: rest };
  const { account, rights } = await withPackageApi(options, { registry, what: `cannot tell who you are at ${registry}` }, async ({ call }) => ({
    account: await call("getAccount", {}),
    rights: await call("getOwnRights", { query }),
  }));
  if (options.json === true) return printJson({ ...account, rights });
  const groups = account.groups.length === 0 ? "" : `, in ${account.groups.join(", ")}`;
  const how = account.accessToken === null ? "" : `, by access token ${account.accessToken}`;
  const rank = account.open ? ", as everybody: the registry is open" : account.administrator ? ", administrator" : "";
  print(`${account.name}${groups}${rank}${how}`);
  const { printRights } = await import("../output/rights.ts");
  printRights(rights);
}
