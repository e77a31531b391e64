import type { Access } from "../access/access.ts";
import type { Client } from "../access/authenticator.ts";
import type { Credentials } from "../access/credentials.ts";
import type { Principal } from "../access/principal.ts";
import { parseScopes } from "../access/scope.ts";
import { abbreviate } from "../oci/digest.ts";
import { RegistryError } from "../oci/errors.ts";

/** Bytes of a form. */
const FORM_LIMIT = 64 * 1024;

const FORM_TYPE = "application/x-www-form-urlencoded";

export interface TokenEndpointOptions {
  readonly access: Access;
}

/**
 * The token endpoint: GET with Basic credentials or none (distribution, "Token Authentication Specification") and POST with
 * a form (the same, "Oauth2 Token Authentication").
 * @throws UnauthorizedError for wrong credentials
 * @throws RegistryError `SCOPE_INVALID`, `NAME_INVALID`, `BODY_INVALID`, `BODY_TOO_LARGE`, `MEDIA_TYPE_UNSUPPORTED`, `METHOD_NOT_ALLOWED`
 */
export async function handleToken({ access }: TokenEndpointOptions, request: Request, client: Client): Promise<Response> {
  if (request.method === "GET") {
    const { searchParams } = new URL(request.url);
    const principal = await access.authenticate(request.headers.get("authorization"), client);
    return await answer(access, principal, searchParams, client);
  }
  if (request.method === "POST") {
    const form = await readForm(request);
    const authorization = request.headers.get("authorization");
    const principal = authorization === null ? await access.login(formCredentials(form), client) : await access.authenticate(authorization, client);
    return await answer(access, principal, form, client);
  }
  throw new RegistryError("METHOD_NOT_ALLOWED", "the token endpoint takes GET and POST", { headers: { Allow: "GET, POST" } });
}

async function answer(access: Access, principal: Principal, parameters: URLSearchParams, client: Client): Promise<Response> {
  const scopes = parseScopes(parameters.getAll("scope"));
  const { token, expiresIn, issuedAt } = await access.issueToken(principal, scopes, client);
  return Response.json(
    { token, access_token: token, expires_in: expiresIn, issued_at: issuedAt, token_type: "Bearer" },
    { headers: { "Cache-Control": "no-store" } },
  );
}

async function readForm(request: Request): Promise<URLSearchParams> {
  const type = request.headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== FORM_TYPE) throw new RegistryError("MEDIA_TYPE_UNSUPPORTED", `expected a form of type ${FORM_TYPE}`);
  const tooLarge = () => new RegistryError("BODY_TOO_LARGE", `the form is larger than ${FORM_LIMIT} bytes`);
  const text = await request.text();
  if (text.length > FORM_LIMIT) throw tooLarge();
  return new URLSearchParams(text);
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
