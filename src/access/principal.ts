import type { TokenScope } from "../storage/metadata-store.ts";

/** What a grant can allow on a repository. `admin` includes the others and everything outside repositories. */
export type Action = "pull" | "push" | "delete" | "admin";

export const ACTIONS: readonly Action[] = ["pull", "push", "delete", "admin"];

/** Who makes a request, after its credentials were verified. */
export interface Principal {
  /** User name; `anonymous` for requests without credentials. */
  readonly name: string;
  readonly anonymous: boolean;
  readonly groups: readonly string[];
  /** What the credentials allow at most (a scoped token); undefined: all that the user may do. */
  readonly scopes: readonly TokenScope[] | undefined;
}

export const ANONYMOUS: Principal = { name: "anonymous", anonymous: true, groups: [], scopes: undefined };
