import type { ByteStream } from "../content/content.ts";

/** A body that can be sent again. */
export type ReplayableBody = Uint8Array<ArrayBuffer> | string;

/** A body that is read once; a failed request with it is not repeated. */
export interface StreamedBody {
  readonly stream: ByteStream;
  /** Bytes. */
  readonly size: number;
}

/** Access to a repository that a request needs, or to whatever of the registry the user may see (distribution, "Token Scope"). */
export type AccessScope = { readonly repository: string; readonly actions: readonly ("pull" | "push" | "delete")[] } | { readonly registry: RegistryScope };

/** Lists, administration, one's own account. */
export type RegistryScope = "catalog" | "administration" | "account";

export interface TransportRequest {
  readonly method: "GET" | "HEAD" | "PUT" | "POST" | "PATCH" | "DELETE";
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: ReplayableBody | StreamedBody;
  /** Scopes to ask a token for; what the registry's challenge names is added. */
  readonly scopes?: readonly AccessScope[];
  /** True where a POST may be sent twice without harm. */
  readonly repeatable?: boolean;
  /** Tries in all. Default: the transport's. */
  readonly attempts?: number;
  /** Milliseconds without any byte after which the request fails. Default: the transport's. */
  readonly idleLimit?: number;
  /** The same from the end of a streamed body on, while the registry verifies and stores it. Default: `idleLimit`. */
  readonly answerLimit?: number;
  readonly signal?: AbortSignal;
  /** Redirects to another host are answers as others: nobody else is asked. Default: they are followed. */
  readonly staysWithHost?: boolean;
}

/** An answer whose body was not read yet. Read it, stream it, or discard it. */
export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Where the answer came from, after redirects. */
  readonly url: URL;
  /** The body as it arrives. @throws ClientError `network` when it breaks off or falls silent */
  stream(): ByteStream;
  /** The whole body. @throws ClientError `invalid` when it has more than `limit` bytes */
  bytes(limit: number): Promise<Uint8Array>;
  discard(): Promise<void>;
}

/** Sends one request: with proxy, certificates, credentials, redirects and retries. Gives answers of every status. */
export interface Transport {
  /** @throws ClientError `network` when there is no answer, `permission` when credentials cannot be had */
  send(request: TransportRequest): Promise<Reply>;
  /** What to tell the user whom the registry does not let in. */
  loginHint(repository: string | undefined): Promise<string>;
  /** What to tell the user who may not do something because nobody is logged in; undefined where somebody is. */
  strangerHint(repository: string | undefined): Promise<string | undefined>;
  /** Why the user's credentials could not be had; undefined where they could, or were not looked for. */
  readonly loginTrouble: string | undefined;
}

export function isStreamed(body: TransportRequest["body"]): body is StreamedBody {
  return typeof body === "object" && "stream" in body;
}
