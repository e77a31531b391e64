import type { TokenScope } from "../storage/metadata/accounts.ts";

/** What a grant can allow on a repository. `admin` includes the others and everything outside repositories. */
export type Action = "pull" | "push" | "delete" | "admin";

export const ACTIONS: readonly Action[] = ["pull", "push", "delete", "admin"];

/** Who makes a request, after its credentials were verified. */
export interface Principal {
  /** User name; `anonymous` for requests without credentials. */
  readonly name: string;
  readonly anonymous: boolean;
  readonly groups: readonly string[];
  /** What the credentials allow at most (a scoped token); undefined: all that the user may do; empty: nothing. */
  readonly scopes: readonly TokenScope[] | undefined;
  /** Id of the access token that was used, directly or to get a bearer token. */
  readonly accessToken?: string | undefined;
  /** Only of a bearer token of the token endpoint. */
  readonly bearer?: BearerToken | undefined;
}

/** What is known of the short-lived token that a principal came with. */
export interface BearerToken {
  /** Whom it was issued to: what a new token could cover at most. */
  readonly holder: Principal;
  /** What it was issued for beside repositories: `registry:<name>:*`. */
  readonly registry: ReadonlySet<RegistryScope>;
}

/** What a token can be issued for that is not one repository: lists, administration, the holder's own account. */
export const REGISTRY_SCOPES = ["catalog", "administration", "account"] as const;
export type RegistryScope = (typeof REGISTRY_SCOPES)[number];

export const ANONYMOUS: Principal = { name: "anonymous", anonymous: true, groups: [], scopes: undefined };
