import { amount, check, fields, nullish, optional, type Shaped, text as string } from "../../oci/shape.ts";
import { ClientError } from "../client-error.ts";
import type { Credential } from "../credentials/credential.ts";
import type { Reply, TransportRequest } from "../transport/request.ts";

/** Bytes of a token answer. */
const ANSWER_LIMIT = 1024 * 1024;

/** Seconds a token is good for where the server does not say (distribution, "Token Response Fields"). */
const DEFAULT_LIFETIME = 60;

/** Seconds before its end at which a token is not used any more. */
const MARGIN = 10;

const answerShape = fields({ token: optional(string), access_token: optional(string), expires_in: nullish(amount) });

export interface AccessToken {
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly goodUntil: number;
}

export interface TokenRequest {
  readonly realm: URL;
  readonly service: string | undefined;
  readonly scopes: readonly string[];
  readonly credential: Credential | undefined;
  /** For messages, as is `places`: where credentials were looked for. */
  readonly registry: string;
  readonly places?: readonly string[] | undefined;
}

type Send = (request: TransportRequest) => Promise<Reply>;

/**
 * Gets an access token from a token server: by GET with Basic credentials or none (distribution, "Token Authentication
 * Specification"), by POST for an identity token ("OAuth2 Token Authentication").
 * @throws ClientError `permission` when the server refuses
 */
export async function requestToken(request: TokenRequest, send: Send): Promise<AccessToken> {
  const asked = Date.now();
  const reply = await send(request.credential?.kind === "identity-token" ? refreshRequest(request, request.credential.token) : plainRequest(request));
  if (reply.status !== 200) {
    await reply.discard();
    throw refused(request, reply.status);
  }
  const answer = parseAnswer(await reply.bytes(ANSWER_LIMIT));
  const text = answer?.token || answer?.access_token;
  if (!text || !/^[\x21-\x7e]+$/.test(text)) {
    throw new ClientError("network", `the token server ${request.realm.host} of ${request.registry} gave no token: it may be misconfigured`);
  }
  const lifetime = answer?.expires_in || DEFAULT_LIFETIME;
  return { text, goodUntil: asked + Math.max(lifetime - MARGIN, lifetime / 2) * 1000 };
}

function plainRequest({ realm, service, scopes, credential }: TokenRequest): TransportRequest {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set("service", service);
  for (const scope of scopes) url.searchParams.append("scope", scope);
  return {
    method: "GET",
    url,
    headers: { Accept: "application/json", ...(credential?.kind === "basic" && { Authorization: basicHeader(credential.username, credential.password) }) },
  };
}

function refreshRequest({ realm, service, scopes }: TokenRequest, token: string): TransportRequest {
  const form = new URLSearchParams({ grant_type: "refresh_token", client_id: "opm", refresh_token: token });
  if (service !== undefined) form.set("service", service);
  if (scopes.length > 0) form.set("scope", scopes.join(" "));
  return {
    method: "POST",
    url: realm,
    headers: { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" },
    body: form.toString(),
    repeatable: true,
  };
}

function parseAnswer(bytes: Uint8Array): Shaped<typeof answerShape> | undefined {
  try {
    return check(answerShape, JSON.parse(new TextDecoder().decode(bytes))).value;
  } catch {
    return undefined;
  }
}

function refused({ realm, registry, credential, places }: TokenRequest, status: number): ClientError {
  if (status >= 500 || status === 429) {
    return new ClientError("network", `the token server ${realm.host} of ${registry} answered ${status}: try again later`, { status });
  }
  return new ClientError("permission", `${loginHint(registry, credential, places)} (its token server ${realm.host} answered ${status})`, { status });
}

/**
 * Why a registry does not let this user in, and what to do.
 * @param places where credentials were looked for
 */
export function loginHint(registry: string, credential: Credential | undefined, places: readonly string[] = []): string {
  if (credential === undefined) {
    const looked = places.length === 0 ? "" : ` in ${places.join(", ")}`;
    return `${registry} asks for credentials and there are none${looked}: ${logInAdvice(registry)}`;
  }
  return `${registry} does not accept the credentials of ${credential.from ?? "the docker configuration"}: ${logInAdvice(registry, " again")}`;
}

/** How to log in: there is no command of opm's own for that. */
export function logInAdvice(registry: string, again = ""): string {
  return `run 'docker login ${registry}'${again}, or podman's or helm's; for a machine without docker, 'opm token create --docker-config <file>' makes a log-in`;
}

/** RFC 7617 */
export function basicHeader(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}
