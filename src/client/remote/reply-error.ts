import { ClientError, type ClientErrorKind } from "../client-error.ts";
import type { Reply } from "../transport/request.ts";
import { parseRetryAfter } from "../transport/retry.ts";
import type { Connection } from "./connection.ts";
import { readErrorDocument } from "./error-document.ts";
import { operationCode, operationMeaning } from "./operation-refusal.ts";

export interface ReplyContext extends Connection {
  /** What was tried, as the start of the message: `cannot pull registry.example.com/team/app:1.0`. */
  readonly what: string;
  readonly repository?: string;
  /** It is a request of the package API: its codes say what a refusal means, and its words what is wrong with the question. */
  readonly packageApi?: boolean;
}

/** True for the answer of a registry that does not take the method HEAD, which is remembered. */
export function refusesHead({ traits }: Connection, { status }: Reply): boolean {
  if (status !== 405 && status !== 501) return false;
  traits.heads = false;
  return true;
}

/** Gives the reply back when it has one of these statuses. @throws ClientError that says what the registry answered */
export async function expectStatus(reply: Reply, statuses: readonly number[], context: ReplyContext): Promise<Reply> {
  if (statuses.includes(reply.status)) return reply;
  throw await replyError(reply, context);
}

/** Makes of an answer that was not hoped for an error for the user. Reads the body. */
export async function replyError(reply: Reply, context: ReplyContext): Promise<ClientError> {
  const { status } = reply;
  const { code: given, message } = await readErrorDocument(reply);
  const known = context.packageApi === true ? operationCode(status, given) : undefined;
  const code = known ?? given;
  const retryAfter = parseRetryAfter(reply.headers.get("Retry-After"));
  const isNews = message !== undefined && ((status !== 401 && status !== 404) || !isUsual(message));
  const options = {
    ...{ status, ...(code !== undefined && { code }), ...(retryAfter !== undefined && { retryAfter }) },
    ...(isNews && { said: message }),
  };
  const said = isNews ? ` (${message})` : "";
  if (status === 401) return new ClientError("permission", `${context.what}: ${await context.transport.loginHint(context.repository)}${said}`, options);
  const meaning = code === "POLICY_VIOLATION" ? "refused" : context.packageApi === true ? operationMeaning(status, known) : "advised";
  if (meaning === "absent") {
    const why = `${reply.url.host} has no such operation${said}: its package API is of another version than this opm`;
    return new ClientError("refused", `${context.what}: ${why}`, options);
  }
  if (meaning !== "advised" && message !== undefined) return new ClientError(meaning, `${context.what}: ${message}`, options);
  const { loginTrouble } = context.transport;
  if (status === 403 && loginTrouble !== undefined)
    return new ClientError("permission", `${context.what}: nobody in particular may do that${said}, and ${loginTrouble}`, options);
  const stranger = status === 403 ? await context.transport.strangerHint(context.repository) : undefined;
  if (stranger !== undefined) return new ClientError("permission", `${context.what}: who is not logged in may not do that${said}: ${stranger}`, options);
  const [kind, why] = explain(status, code, { said, registry: reply.url.host });
  return new ClientError(kind, `${context.what}: ${why}`, options);
}

function explain(
  status: number,
  code: string | undefined,
  { said, registry }: { readonly said: string; readonly registry: string },
): [ClientErrorKind, string] {
  if (status === 403) return ["permission", `this user may not do that${said}: ask the owner for the right, or log in as another user`];
  if (status === 404 && code !== "MANIFEST_BLOB_UNKNOWN") return ["not-found", `not found, or not visible to this user${said}`];
  if (status === 429) return ["network", `${registry} has had too many requests${said}: try again later`];
  if (status >= 500) return ["network", `${registry} failed with status ${status}${said}: try again later`];
  if (status === 405 || code === "UNSUPPORTED") return ["refused", `the registry does not support that${said}`];
  if (status >= 400) return ["refused", `the registry refused with status ${status}${said}`];
  return ["network", `${registry} answered with status ${status}, which has no meaning here: is it a registry?`];
}

/** What every registry says, in words like the code's: it tells nothing. */
function isUsual(message: string): boolean {
  return /^(?:(?:the )?(?:(?:manifest|blob|repository|name|tag|artifact|digest|content)\b.*\b(?:unknown|not known|not found)\b.*|(?:404 )?(?:page )?not found|(?:authentication|authorization) required|unauthorized)\.?)$/i.test(
    message,
  );
}
