import type { CredentialStore } from "../credentials/credential.ts";

/** A store without anything in it. */
export const NO_CREDENTIALS: CredentialStore = { find: async () => undefined };
