import type { AccountOptions } from "../../options/account.ts";
import { CliError, EXIT } from "../../output/exit-code.ts";
import { print, printJson } from "../../output/print.ts";

/** Prints what was done: as JSON, in a line, or not at all. */
export function reportDone({ json, quiet }: AccountOptions, reply: unknown, line: string): void {
  if (json === true) printJson(reply);
  else if (quiet !== true) print(line);
}

/** What is told of an account. @throws CliError `notFound` for one that somebody else removed meanwhile */
export async function documentOf(user: Parameters<typeof import("../../../catalog/account-documents.ts").userDocument>[0] | undefined, name: string) {
  const { userDocument } = await import("../../../catalog/account-documents.ts");
  if (user === undefined) throw new CliError(EXIT.notFound, `the user ${name} was removed meanwhile`);
  return userDocument(user);
}
