import { join } from "node:path";
import type { Coordination } from "../storage/metadata/coordination.ts";
import type { Ports } from "../storage/metadata/store.ts";
import type { CatalogWatch } from "../storage/watch-catalog.ts";
import { createAccessTokenVerifier } from "./access-token-verifier.ts";
import { type Authenticator, type Client, createAuthenticator } from "./authenticator.ts";
import { type Authorizer, createAuthorizer } from "./authorizer.ts";
import { createBearerTokens } from "./bearer-token.ts";
import { type AccountDescription, createDirectory } from "./directory.ts";
import { explainRights, type RightReason } from "./explain-rights.ts";
import type { Grant } from "./grant.ts";
import { openHtpasswd } from "./htpasswd.ts";
import { createEvaluator } from "./live-evaluator.ts";
import type { Principal } from "./principal.ts";
import type { RequestedScope } from "./scope.ts";
import { openSigningKey, readSigningKey, readVerifyingKey, type SigningKey, sharedSigningKey } from "./signing-key.ts";
import { createTokenIssuer, type IssuedToken } from "./token-issuer.ts";

/** Who a request comes from, and what it may do. */
export interface Access extends Authenticator, Authorizer {
  /** No grants are configured: anonymous may pull, push and delete, and the server listens on loopback only. */
  readonly open: boolean;
  /** Name of this registry in challenges and bearer tokens. */
  readonly service: string;
  /** Of the key that signs bearer tokens. */
  readonly signingKey: string;
  /** Reads the file of accounts again. When it cannot be used, that is told and the accounts read before stay. */
  reload(): Promise<void>;
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
  readonly metadata: Ports<"accounts" | "audit">;
  /** The section `access` of the configuration. `tokenLifetime` in milliseconds. */
  readonly settings: {
    readonly grants?: readonly Grant[] | undefined;
    readonly htpasswd?: string | undefined;
    readonly groups: Readonly<Record<string, readonly string[]>>;
    readonly tokenLifetime: number;
    readonly signingKey?: string | undefined;
    readonly previousSigningKey?: string | undefined;
  };
  /** Grants and public projects that were declared, beside the configuration; without effect in open mode. */
  readonly declared?: Pick<CatalogWatch, "current" | "rights"> | undefined;
  /** Data folder: a signing key that is not configured is kept in its folder `keys`, unless `shared` is set. */
  readonly data: string;
  /** What processes of other machines share with this one: keeps the signing key that is not configured. */
  readonly shared?: Pick<Coordination, "sharedSecret"> | undefined;
  /** Failed log-ins a minute from one address. */
  readonly loginFailures: number;
  /** Processes that verify passwords on this machine; default 1. */
  readonly processes?: number | undefined;
  readonly publicUrl?: string | undefined;
  /** Told what an administrator should look at, one line each. */
  readonly warn?: (message: string) => void;
  /** Unix milliseconds; for tests. */
  readonly now?: () => number;
}

/** Name of this registry in challenges and bearer tokens: the host of its public URL, if it has one. */
export function serviceName(publicUrl: string | undefined): string {
  return publicUrl === undefined ? "opm" : new URL(publicUrl).host;
}

/**
 * Sets up access control: reads the htpasswd file and the signing key, which it generates on the first start.
 * @throws Error when one of these cannot be used
 */
export async function createAccess(options: AccessOptions): Promise<Access> {
  const { settings, now = Date.now, warn = () => {} } = options;
  const { accounts, audit } = options.metadata;
  const service = serviceName(options.publicUrl);
  const htpasswd = settings.htpasswd === undefined ? undefined : await openHtpasswd(settings.htpasswd, { warn, now });
  const key = await signingKeyOf(options);
  const previousKey = settings.previousSigningKey === undefined ? undefined : await readVerifyingKey(settings.previousSigningKey);

  const rights = options.declared?.rights;
  const evaluator = createEvaluator(settings.grants, options.declared);
  const directory = createDirectory({ accounts, htpasswd, groups: settings.groups, now, rights });
  const accessTokens = createAccessTokenVerifier({ accounts, directory, now, rights, warn });
  const bearerTokens = createBearerTokens({ key, previousKey, service, lifetime: settings.tokenLifetime, now });
  const open = settings.grants === undefined;
  return {
    open,
    service,
    signingKey: key.id,
    reload: async () => htpasswd?.reload(),
    ...createAuthenticator({ ...options, accounts, audit, directory, accessTokens, bearerTokens, now, warn }),
    ...createAuthorizer({ evaluator, open }),
    issueToken: createTokenIssuer({ audit, evaluator, bearerTokens, lifetime: settings.tokenLifetime, now }),
    account: directory.describe,
    explain: (principal, repository) => explainRights({ configured: settings.grants, declared: options.declared?.current() ?? NOTHING }, principal, repository),
  };
}

function signingKeyOf({ settings, data, shared }: AccessOptions): Promise<SigningKey> {
  if (settings.signingKey !== undefined) return readSigningKey(settings.signingKey);
  const path = join(data, "keys", "token.pem");
  return shared === undefined ? openSigningKey(path) : sharedSigningKey(shared, path);
}

const NOTHING = { grants: [], projects: [] };
