import { account, rights } from "../../api/accounts.ts";

/** `opm whoami --json`: the account, and what it may do. */
export const whoamiOutput = account.extend({ rights });
