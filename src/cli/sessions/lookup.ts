import type { Command } from "commander";
import type { UnreadResource } from "../../components/verification/verify-element.ts";
import { collectOption } from "../options/values.ts";
import { printWarning } from "../output/print.ts";
import { printable } from "../output/printable.ts";
import type { ComponentSession } from "./component.ts";
import type { OpenedVersion } from "./component-version.ts";

export interface LookupOptions {
  readonly lookup?: readonly string[];
}

/** `--lookup`, of commands that follow references. */
export function addLookupOption(command: Command): Command {
  return command.option("--lookup <repository>", "where else component versions are that are referred to (repeatable)", collectOption);
}

/** The repository of a component version, which looks in those of `--lookup` for what it lacks. */
export async function repositoryWithLookup(session: ComponentSession, { repository }: OpenedVersion, { lookup = [] }: LookupOptions) {
  const { withLookup } = await import("../../components/repository/with-lookup.ts");
  const others: OpenedVersion["repository"][] = [];
  for (const place of lookup) others.push(await session.open(place));
  return withLookup(repository, others);
}

/** Warns of resources whose digests were taken as they are declared. */
export function warnUnread(unread: readonly UnreadResource[]): void {
  for (const { subject, accessType } of unread) {
    printWarning(printable(`${subject}: content of access type '${accessType}' was not read: its digest is taken as it is declared`));
  }
}
