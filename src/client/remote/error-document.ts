import type { ErrorCode } from "../../oci/error-codes.ts";
import { check, fields, list, nullish, optional, type Shaped, text as string } from "../../oci/shape.ts";
import type { Reply } from "../transport/request.ts";

/** Bytes of an error's body. */
const BODY_LIMIT = 64 * 1024;

/** Characters of a registry's own words. */
const MESSAGE_LIMIT = 500;

/** distribution-spec, "Error Codes". */
const errorsShape = fields({ errors: list(fields({ code: optional(string), message: nullish(string) })) });

/** Ours alone: a refusal that is about the content and holds for everybody. */
const detailShape = fields({ policy: string });

/** What a registry says of a refusal. Either may be missing: the specification leaves the body open. */
export interface ErrorDocument {
  /** `POLICY_VIOLATION` also where it is said by `DENIED` and the policy in its detail, as at endpoints of the specification. */
  readonly code?: string;
  /** One line, harmless to a terminal. */
  readonly message?: string;
}

/** Reads the body of a refusal, whatever it is. */
export async function readErrorDocument(reply: Reply): Promise<ErrorDocument> {
  const text = await reply.bytes(BODY_LIMIT).then(
    (bytes) => new TextDecoder().decode(bytes),
    () => "",
  );
  const first = parseErrors(text)?.[0];
  if (first === undefined) return reply.headers.get("Content-Type")?.startsWith("text/plain") === true ? said(text) : {};
  const code = check(detailShape, first.detail).problem !== undefined ? first.code : ("POLICY_VIOLATION" satisfies ErrorCode);
  return { ...(code !== undefined && { code }), ...said(first.message ?? "") };
}

function parseErrors(text: string): Shaped<typeof errorsShape>["errors"] | undefined {
  try {
    return check(errorsShape, JSON.parse(text)).value?.errors;
  } catch {
    return undefined;
  }
}

/** What comes from elsewhere must not act on a terminal. */
function said(text: string): Pick<ErrorDocument, "message"> {
  const message = text
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .trim()
    .slice(0, MESSAGE_LIMIT);
  return message === "" ? {} : { message };
}
