import { join } from "node:path";
import type { RepositoryName } from "../oci/name.ts";
import type { MetadataStore } from "../storage/metadata-store.ts";
import type { CatalogWatch } from "../storage/watch-catalog.ts";
import { createAccessTokenVerifier } from "./access-token-verifier.ts";
import { type Client, createAuthenticator } from "./authenticator.ts";
import { createAuthorizer } from "./authorizer.ts";
import { createBearerTokens } from "./bearer-token.ts";
import { createEvaluator } from "./create-evaluator.ts";
import type { Credentials } from "./credentials.ts";
import { type AccountDescription, createDirectory } from "./directory.ts";
import type { RepositoryFilter } from "./evaluator.ts";
import { explainRights, type RightReason } from "./explain-rights.ts";
import type { Grant } from "./grant.ts";
import { openHtpasswd } from "./htpasswd.ts";
import type { Action, Principal } from "./principal.ts";
import type { RequestedScope } from "./scope.ts";
import { serviceName } from "./service-name.ts";
import { openSigningKey, readSigningKey } from "./signing-key.ts";
import { createTokenIssuer, type IssuedToken } from "./token-issuer.ts";

/** Who a request comes from, and what it may do. */
export interface Access {
  /** No grants are configured: anonymous may pull, push and delete, and the server listens on loopback only. */
  readonly open: boolean;
  /** Name of this registry in challenges and bearer tokens. */
  readonly service: string;
  /** Log-ins that failed since the start. */
  failedLogins(): number;
  /** Reads the file of accounts again. When it cannot be used, that is told and the accounts read before stay. */
  reload(): Promise<void>;
  /**
   * Verifies an Authorization header; without one the principal is anonymous.
   * @throws UnauthorizedError for wrong, expired, revoked and foreign credentials
   * @throws RegistryError `TOOMANYREQUESTS` with Retry-After after too many failures from one address
   */
  authenticate(authorization: string | null, client: Client): Promise<Principal>;
  /** Verifies credentials that came in another way. Throws as `authenticate` does. */
  login(credentials: Credentials, client: Client): Promise<Principal>;

  may(principal: Principal, action: Action, repository: RepositoryName | string): boolean;
  /** All that the principal may do on a repository, for lists. */
  actions(principal: Principal, repository: RepositoryName | string): Action[];
  /** The repositories a principal may do `action` on, for lists. */
  filter(principal: Principal, action: Action): RepositoryFilter;
  /** The repositories that its account may do `action` on, whatever the token that was used is narrowed to. Not for answers. */
  accountFilter(principal: Principal, action: Action): RepositoryFilter;
  /**
   * @throws UnauthorizedError when anonymous, or when a bearer token of wider scope would do
   * @throws RegistryError `NAME_UNKNOWN` when a known user wants to pull and has no right on the repository at all, else `DENIED`
   */
  authorize(principal: Principal, action: Action, repository: RepositoryName | string): void;
  /**
   * For `GET /v2/`, where clients learn how to log in: refuses requests without any credentials, except in open mode.
   * @throws UnauthorizedError
   */
  authorizePing(principal: Principal): void;
  /**
   * For lists of repositories, which `filter` then narrows.
   * @throws UnauthorizedError when anonymous may pull nothing, or the bearer token was not issued for `registry:catalog:*`
   */
  authorizeCatalog(principal: Principal): void;
  /**
   * For what is not about one repository, e.g. metrics: needs `admin` on all of them, except in open mode, and with a bearer token the
   * scope `registry:administration:*`.
   * @throws UnauthorizedError or RegistryError `DENIED`
   */
  authorizeAdministration(principal: Principal): void;
  /**
   * For one's own account. In open mode whoever did not log in may look, too.
   * @param needed `change`: takes the password, as an access token must not outgrow itself
   * @throws UnauthorizedError or RegistryError `DENIED`
   */
  authorizeAccount(principal: Principal, needed: { readonly change: boolean }): void;

  /**
   * Issues a bearer token that covers what of the requested scopes the principal may do, and records the log-in.
   * @throws UnauthorizedError when the principal itself came with a bearer token
   */
  issueToken(principal: Principal, scopes: readonly RequestedScope[], client: Client): Promise<IssuedToken>;
  /** An account as it is now, be it disabled; undefined when there is none of this name. */
  account(name: string): Promise<AccountDescription | undefined>;
  /** Why a principal may do what it may do: on one repository, or all of it. Scopes of tokens narrow that further. */
  explain(principal: Principal, repository: string | undefined): RightReason[];
}

export interface AccessOptions {
  readonly metadata: Pick<MetadataStore, "user" | "token" | "touchToken" | "appendAudit">;
  /** The section `access` of the configuration. `tokenLifetime` in milliseconds. */
  readonly settings: {
    readonly grants?: readonly Grant[] | undefined;
    readonly htpasswd?: string | undefined;
    readonly groups: Readonly<Record<string, readonly string[]>>;
    readonly tokenLifetime: number;
    readonly signingKey?: string | undefined;
  };
  /** Grants and public projects that were declared, beside the configuration; without effect in open mode. */
  readonly declared?: Pick<CatalogWatch, "current"> | undefined;
  /** Data folder: a signing key that is not configured is kept in its folder `keys`. */
  readonly data: string;
  /** Failed log-ins a minute from one address. */
  readonly loginFailures: number;
  readonly publicUrl?: string | undefined;
  /** Told what an administrator should look at, one line each. */
  readonly warn?: (message: string) => void;
  /** Unix milliseconds; for tests. */
  readonly now?: () => number;
}

/**
 * Sets up access control: reads the htpasswd file and the signing key, which it generates on the first start.
 * @throws Error when one of these cannot be used
 */
export async function createAccess(options: AccessOptions): Promise<Access> {
  const { metadata, settings, now = Date.now, warn = () => {} } = options;
  const service = serviceName(options.publicUrl);
  const htpasswd = settings.htpasswd === undefined ? undefined : await openHtpasswd(settings.htpasswd, { warn, now });
  const key = settings.signingKey === undefined ? await openSigningKey(join(options.data, "keys", "token.pem")) : await readSigningKey(settings.signingKey);

  const evaluator = createEvaluator(settings.grants, options.declared);
  const directory = createDirectory({ metadata, htpasswd, groups: settings.groups, now });
  const accessTokens = createAccessTokenVerifier({ metadata, directory, now, warn });
  const bearerTokens = createBearerTokens({ key, service, lifetime: settings.tokenLifetime, now });
  const open = settings.grants === undefined;
  return {
    open,
    service,
    reload: async () => htpasswd?.reload(),
    ...createAuthenticator({ metadata, directory, accessTokens, bearerTokens, loginFailures: options.loginFailures, now, warn }),
    ...createAuthorizer({ evaluator, open }),
    issueToken: createTokenIssuer({ metadata, evaluator, bearerTokens, lifetime: settings.tokenLifetime, now }),
    account: directory.describe,
    explain: (principal, repository) => explainRights({ configured: settings.grants, declared: options.declared?.current() ?? NOTHING }, principal, repository),
  };
}

const NOTHING = { grants: [], projects: [] };
