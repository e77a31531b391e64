import { userInfo } from "node:os";
import type { Actor } from "../../storage/metadata/records.ts";

/** Who the audit record names for what is done on the command line: the account of the operating system. */
export function localActor(): Actor {
  return { subject: `cli:${accountName()}` };
}

/** Containers may run under a number that has no name. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? "unknown");
  }
}
