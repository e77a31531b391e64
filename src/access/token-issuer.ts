import { RegistryError } from "../oci/errors.ts";
import type { AuditStore } from "../storage/metadata/audit.ts";
import type { Client } from "./authenticator.ts";
import type { AccessEntry, BearerTokens } from "./bearer-token.ts";
import type { Evaluator } from "./evaluator.ts";
import type { Principal } from "./principal.ts";
import type { RequestedScope } from "./scope.ts";
import { UnauthorizedError } from "./unauthorized-error.ts";

export interface IssuedToken {
  readonly token: string;
  /** Seconds. */
  readonly expiresIn: number;
  /** RFC 3339, UTC. */
  readonly issuedAt: string;
}

export interface TokenIssuerOptions {
  readonly audit: AuditStore;
  readonly evaluator: Evaluator;
  readonly bearerTokens: BearerTokens;
  /** Milliseconds. */
  readonly lifetime: number;
  readonly now: () => number;
}

/** Characters: servers, this one too, refuse headers of 16 KiB. */
const TOKEN_LIMIT = 12 * 1024;

/** Issues bearer tokens for what a principal asks and may do. */
export function createTokenIssuer({ audit, evaluator, bearerTokens, lifetime, now }: TokenIssuerOptions) {
  return async (principal: Principal, scopes: readonly RequestedScope[], client: Client): Promise<IssuedToken> => {
    if (principal.bearer !== undefined) {
      throw new UnauthorizedError("a bearer token cannot be exchanged for another one: send user and password or an access token", { error: "invalid_token" });
    }
    const issuedAt = new Date(Math.floor(now() / 1000) * 1000).toISOString();
    const access = scopes.flatMap((scope) => grantedPart(evaluator, principal, scope));
    const token = await bearerTokens.issue({ subject: principal.name, access, accessToken: principal.accessToken });
    if (token.length > TOKEN_LIMIT) throw new RegistryError("SCOPE_INVALID", "too many scopes for one token: ask for fewer repositories at once");
    if (!principal.anonymous) {
      const actor = { subject: principal.name, remote: client.remote, requestId: client.requestId };
      const detail = principal.accessToken === undefined ? undefined : { token: principal.accessToken };
      await audit.append([{ at: now(), actor, action: "login.success", detail }]);
    }
    return { token, expiresIn: Math.floor(lifetime / 1000), issuedAt };
  };
}

function grantedPart(evaluator: Evaluator, principal: Principal, scope: RequestedScope): AccessEntry[] {
  if (scope.type === "other") return [];
  if (scope.type === "registry") return [{ type: "registry", name: scope.name, actions: ["*"] }];
  const allowed = evaluator.actions(principal, scope.name);
  const actions = scope.actions.includes("*") ? allowed : allowed.filter((action) => scope.actions.includes(action));
  return actions.length === 0 ? [] : [{ type: "repository", name: scope.name, actions }];
}
