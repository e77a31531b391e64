/** What a user has for one registry. Never printed, except for what it is from. */
export type Credential = (
  | { readonly kind: "basic"; readonly username: string; readonly password: string }
  /** Exchanged for access tokens by POST (OAuth 2 refresh token). */
  | { readonly kind: "identity-token"; readonly token: string }
  /** Sent as it is. */
  | { readonly kind: "registry-token"; readonly token: string }
) & {
  /** The file, variable or credential helper that it is from. */
  readonly from?: string;
};

/** Finds what a user has for a registry. */
export interface CredentialStore {
  /**
   * @param registry host and port, e.g. `docker.io` or `registry.example.com:5000`
   * @param repository for files that hold credentials for a part of a registry
   * @returns undefined where there is none
   * @throws ClientError `permission` when a credential helper fails, `invalid` when a configuration file is broken
   */
  find(registry: string, repository?: string): Promise<Credential | undefined>;
  /** Where it looks, e.g. paths of files. */
  readonly places?: readonly string[];
}
