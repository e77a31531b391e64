import { randomUUID } from "node:crypto";
import { errors, jwtVerify, SignJWT } from "jose";
import { z } from "zod";
import { createLru } from "./lru.ts";
import { ALGORITHM, type SigningKey, type VerifyingKey } from "./signing-key.ts";
import { UnauthorizedError } from "./unauthorized-error.ts";

/** Seconds by which the clocks of two nodes may differ. */
const CLOCK_SKEW = 10;
const CACHE_SIZE = 4096;

/** What a token gives access to (distribution, "Token Authentication Implementation"). */
const accessSchema = z.object({ type: z.string(), name: z.string(), actions: z.array(z.string()) });

const claimsSchema = z.object({
  sub: z.string().min(1),
  /** Seconds. */
  iat: z.number(),
  exp: z.number(),
  nbf: z.number(),
  access: z.array(accessSchema),
  /** Id of the access token that this one was issued for, so that its revocation ends both. */
  access_token: z.string().optional(),
});

export type BearerClaims = z.infer<typeof claimsSchema>;
export type AccessEntry = z.infer<typeof accessSchema>;

export interface BearerTokens {
  issue(claims: { readonly subject: string; readonly access: readonly AccessEntry[]; readonly accessToken: string | undefined }): Promise<string>;
  /** @throws UnauthorizedError when it is not a token of this registry that is valid now */
  verify(token: string): Promise<BearerClaims>;
}

export interface BearerTokenOptions {
  readonly key: SigningKey;
  /** That signed before, of whose tokens some may be under way. */
  readonly previousKey?: VerifyingKey | undefined;
  /** Issuer and audience. */
  readonly service: string;
  /** Milliseconds. */
  readonly lifetime: number;
  /** Unix milliseconds. */
  readonly now: () => number;
}

/** Issues and verifies the signed tokens (JWT, RFC 7519) of the token endpoint. */
export function createBearerTokens({ key, previousKey, service, lifetime, now }: BearerTokenOptions): BearerTokens {
  const verified = createLru<BearerClaims>(CACHE_SIZE);

  async function verifySignature(token: string): Promise<BearerClaims> {
    try {
      const { payload } = await jwtVerify(token, ({ kid }) => (previousKey !== undefined && kid === previousKey.id ? previousKey : key).publicKey, {
        algorithms: [ALGORITHM],
        issuer: service,
        audience: service,
        typ: "JWT",
        clockTolerance: CLOCK_SKEW,
        currentDate: new Date(now()),
        requiredClaims: ["sub", "iat", "nbf", "exp", "jti"],
      });
      return claimsSchema.parse(payload);
    } catch (cause) {
      throw new UnauthorizedError(problemOf(cause), { error: "invalid_token", cause });
    }
  }

  return {
    async issue({ subject, access, accessToken }) {
      const seconds = Math.floor(now() / 1000);
      return await new SignJWT({ access, ...(accessToken === undefined ? {} : { access_token: accessToken }) })
        .setProtectedHeader({ alg: ALGORITHM, typ: "JWT", kid: key.id })
        .setIssuer(service)
        .setAudience(service)
        .setSubject(subject)
        .setIssuedAt(seconds)
        .setNotBefore(seconds)
        .setExpirationTime(seconds + Math.floor(lifetime / 1000))
        .setJti(randomUUID())
        .sign(key.privateKey);
    },
    async verify(token) {
      const known = verified.get(token);
      const seconds = now() / 1000;
      if (known !== undefined && known.nbf - CLOCK_SKEW <= seconds && seconds < known.exp + CLOCK_SKEW) return known;
      const claims = await verifySignature(token);
      verified.set(token, claims);
      return claims;
    },
  };
}

function problemOf(cause: unknown): string {
  if (cause instanceof errors.JWTExpired) return "the bearer token has expired: ask the token endpoint for a new one";
  return "the bearer token is not one of this registry, or not valid now: ask the token endpoint for a new one";
}
