import type { Access } from "../../access/access.ts";
import type { Client } from "../../access/authenticator.ts";
import type { Credentials } from "../../access/credentials.ts";
import type { Principal } from "../../access/principal.ts";
import { parseScopes } from "../../access/scope.ts";
import { abbreviate } from "../../oci/digest.ts";
import { RegistryError } from "../../oci/errors.ts";
import type { Actor } from "../../storage/metadata/records.ts";
import { readSmallBody } from "../body.ts";
import type { Call } from "../context.ts";
import { type HttpReply, type HttpRequest, jsonReply } from "../http.ts";

/** Bytes of a form. */
const FORM_LIMIT = 64 * 1024;

const FORM_TYPE = "application/x-www-form-urlencoded";

/**
 * `GET` of the token endpoint, with Basic credentials or none (distribution, "Token Authentication Specification").
 * @throws UnauthorizedError for wrong credentials
 * @throws RegistryError `SCOPE_INVALID`, `NAME_INVALID`
 */
export async function getToken({ services: { access }, request, actor, query }: Call): Promise<HttpReply> {
  const client = senderOf(actor);
  const principal = await access.authenticate(request.header("authorization") ?? null, client);
  return answer(access, principal, query, client);
}

/**
 * `POST` of the token endpoint, with a form (distribution, "Oauth2 Token Authentication").
 * @throws UnauthorizedError for wrong credentials
 * @throws RegistryError `SCOPE_INVALID`, `NAME_INVALID`, `BODY_INVALID`, `BODY_TOO_LARGE`, `MEDIA_TYPE_UNSUPPORTED`
 */
export async function postToken({ services: { access }, request, actor }: Call): Promise<HttpReply> {
  const client = senderOf(actor);
  const form = await readForm(request);
  const authorization = request.header("authorization");
  const principal = authorization === undefined ? await access.login(formCredentials(form), client) : await access.authenticate(authorization, client);
  return answer(access, principal, form, client);
}

async function answer(access: Access, principal: Principal, parameters: URLSearchParams, client: Client): Promise<HttpReply> {
  const scopes = parseScopes(parameters.getAll("scope"));
  const { token, expiresIn, issuedAt } = await access.issueToken(principal, scopes, client);
  const body = { token, access_token: token, expires_in: expiresIn, issued_at: issuedAt, token_type: "Bearer" };
  return jsonReply(body, { "Content-Type": "application/json;charset=utf-8", "Cache-Control": "no-store" });
}

async function readForm(request: HttpRequest): Promise<URLSearchParams> {
  const tooLarge = () => new RegistryError("BODY_TOO_LARGE", `the body is larger than ${FORM_LIMIT} bytes`);
  const bytes = await readSmallBody(request, { limit: FORM_LIMIT, tooLarge });
  const type = request.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== FORM_TYPE) throw new RegistryError("MEDIA_TYPE_UNSUPPORTED", `expected a form of type ${FORM_TYPE}`);
  return new URLSearchParams(new TextDecoder().decode(bytes));
}

/** RFC 6749, sections 4.3 and 6. An access token serves as refresh token, which is what clients call an identity token. */
function formCredentials(form: URLSearchParams): Credentials {
  const grantType = only(form, "grant_type");
  if (grantType === "password") return { scheme: "basic", user: only(form, "username"), password: only(form, "password") };
  if (grantType === "refresh_token") return { scheme: "basic", user: "token", password: only(form, "refresh_token") };
  throw new RegistryError("BODY_INVALID", `unsupported grant_type '${abbreviate(grantType, 40)}': expected password or refresh_token`, {
    detail: { field: "grant_type" },
  });
}

function only(form: URLSearchParams, name: string): string {
  const [value, ...others] = form.getAll(name);
  if (value !== undefined && others.length === 0) return value;
  throw new RegistryError("BODY_INVALID", `expected the form field ${name} once`, { detail: { field: name } });
}

function senderOf({ remote = "", requestId }: Actor): Client {
  return { remote, requestId };
}
