import type { RightsDocument } from "../../api/accounts.ts";
import { print, printTable } from "./print.ts";

/** Prints what somebody may do, and why: a line that answers, then every grant that fits. */
export function printRights({ user, disabled, repository, actions, reasons, scopes }: RightsDocument): void {
  const may = actions === null || actions.length === 0 ? "nothing" : actions.join(", ");
  if (disabled) print(`${user} is disabled: nobody logs in to this account`);
  if (repository !== null) print(`${user} may ${may} on ${repository}`);
  if (scopes !== null) print(`the access token narrows that to ${scopes.map(({ repositories, actions }) => `${repositories}:${actions.join(",")}`).join(" ")}`);
  if (reasons.length === 0) {
    print(`no grant fits ${user}${repository === null ? "" : ` on ${repository}`}`);
    return;
  }
  printTable(
    ["REPOSITORIES", "ACTIONS", "AS", "FROM"],
    reasons.map(({ repositories, actions, subjects, source, project }) => [repositories, actions.join(","), subjects.join(","), sourceOf(source, project)]),
    { cut: [2, 0, 3] },
  );
}

function sourceOf(source: RightsDocument["reasons"][number]["source"], project: string | null): string {
  if (source === "public-project") return `public project ${project ?? ""}`.trim();
  return { configuration: "configuration", declared: "declared grant", open: "open registry" }[source];
}
