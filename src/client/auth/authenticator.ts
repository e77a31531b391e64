import { isLoopback } from "../../oci/loopback.ts";
import { ClientError, isClientError } from "../client-error.ts";
import type { Credential, CredentialStore } from "../credentials/credential.ts";
import { HELPER_MISSING } from "../credentials/credential-helper.ts";
import type { AccessScope, Reply, TransportRequest } from "../transport/request.ts";
import { type Challenge, parseChallenges } from "./challenge.ts";
import { mergeScopes } from "./scopes.ts";
import { type AccessToken, basicHeader, logInAdvice, loginHint, requestToken } from "./token.ts";

export interface AuthenticatorOptions {
  /** As the user names it, which is what credentials are found by. */
  readonly registry: string;
  readonly origin: URL;
  readonly credentials: CredentialStore;
  /** Sends a request without credentials of its own. */
  readonly send: (request: TransportRequest) => Promise<Reply>;
}

/** Entries of each memory of one registry. */
const MEMORY_LIMIT = 1000;

/** Knows how one registry wants to be spoken to, and has what it takes. */
export class Authenticator {
  readonly #options: AuthenticatorOptions;
  readonly #tokens = new Map<string, Promise<AccessToken>>();
  readonly #refused = new Set<string>();
  /** By the scopes of a request: what the registry asked for in reply. */
  readonly #asked = new Map<string, string>();
  #challenge: Challenge | undefined;
  /** Why credentials could not be had: of no account where the registry asks for none. */
  #trouble: ClientError | undefined;
  #learned: Promise<void> | undefined;

  constructor(options: AuthenticatorOptions) {
    this.#options = options;
  }

  /** The header for a first try: undefined while it is not known what the registry asks for, and for anonymous where no scope is needed. */
  async header(scopes: readonly AccessScope[]): Promise<string | undefined> {
    const credential = await this.#credential(scopes);
    if (credential !== undefined || this.#trouble !== undefined) {
      this.#learned ??= this.#learn();
      await this.#learned;
    }
    const challenge = this.#challenge;
    if (challenge === undefined) return undefined;
    const asked = this.#asked.get(keyOf(scopes));
    if (challenge.scheme === "bearer" && scopes.length === 0 && asked === undefined && credential === undefined) return undefined;
    return await this.#headerFor(challenge, scopes, asked);
  }

  /**
   * The header for a second try after a 401.
   * @param used the header that was refused; undefined when there was none
   * @returns undefined where nothing better is at hand
   */
  async answer(challengeHeader: string | null, scopes: readonly AccessScope[], used: string | undefined): Promise<string | undefined> {
    const challenge = strongest(challengeHeader);
    if (challenge === undefined) return undefined;
    this.#challenge = challenge;
    if (used !== undefined) remember(this.#refused).add(used);
    const asked = challenge.parameters.scope ?? "";
    remember(this.#asked).set(keyOf(scopes), asked);
    const header = await this.#headerFor(challenge, scopes, asked);
    return header === used ? undefined : header;
  }

  /** What to tell the user when the registry says 401 to the end. */
  async hint(repository: string | undefined): Promise<string> {
    const { registry, credentials } = this.#options;
    const credential = await this.#credential(repository === undefined ? [] : [{ repository, actions: [] }]);
    return this.#trouble?.message ?? loginHint(registry, credential, credentials.places);
  }

  /** What to tell a user who is not logged in, and may not do something; undefined for others. */
  async strangerHint(repository: string | undefined): Promise<string | undefined> {
    const credential = await this.#credential(repository === undefined ? [] : [{ repository, actions: [] }]);
    return credential === undefined && this.#trouble === undefined ? logInAdvice(this.#options.registry) : undefined;
  }

  /** Why credentials could not be had; undefined where they could, or nothing asked for them. */
  get trouble(): string | undefined {
    return this.#trouble?.message;
  }

  /**
   * Who has credentials is asked for them first, as docker's log-in does: what anonymous may see a part of, such as a list
   * of repositories, would else be answered for anonymous.
   */
  async #learn(): Promise<void> {
    const reply = await this.#options.send({ method: "GET", url: new URL("/v2/", this.#options.origin) });
    await reply.discard();
    if (reply.status === 401) this.#challenge ??= strongest(reply.headers.get("WWW-Authenticate"));
  }

  async #credential(scopes: readonly AccessScope[]): Promise<Credential | undefined> {
    const [repository] = scopes.flatMap((scope) => ("repository" in scope ? [scope.repository] : []));
    try {
      return await this.#options.credentials.find(this.#options.registry, repository);
    } catch (error) {
      if (!isClientError(error, "permission")) throw error;
      this.#trouble = error;
      return undefined;
    }
  }

  async #headerFor(challenge: Challenge, scopes: readonly AccessScope[], asked: string | undefined): Promise<string | undefined> {
    const credential = await this.#credential(scopes);
    if (credential === undefined && this.#trouble !== undefined) return await this.#withoutHelper(this.#trouble, challenge, mergeScopes(scopes, asked));
    if (credential?.kind === "registry-token") return `Bearer ${credential.token}`;
    if (challenge.scheme === "basic") return credential?.kind === "basic" ? basicHeader(credential.username, credential.password) : undefined;
    const token = await this.#token(challenge, mergeScopes(scopes, asked), credential);
    return `Bearer ${token.text}`;
  }

  /** As docker does it, what is for everybody needs no helper. One that is there and fails may have credentials, without which the answer would be another. */
  async #withoutHelper(trouble: ClientError, challenge: Challenge, scopes: readonly string[]): Promise<string> {
    if (challenge.scheme === "basic" || trouble.code !== HELPER_MISSING) throw trouble;
    try {
      return `Bearer ${(await this.#token(challenge, scopes, undefined)).text}`;
    } catch (error) {
      throw isClientError(error, "permission") ? trouble : error;
    }
  }

  async #token(challenge: Challenge, scopes: readonly string[], credential: Credential | undefined): Promise<AccessToken> {
    const { realm = "", service } = challenge.parameters;
    const key = JSON.stringify([realm, service, scopes]);
    const known = await this.#tokens.get(key);
    if (known !== undefined && known.goodUntil > Date.now() && !this.#refused.has(`Bearer ${known.text}`)) return known;
    const { registry, send, credentials } = this.#options;
    const requested = requestToken({ realm: this.#tokenServer(realm, credential), service, scopes, credential, registry, places: credentials.places }, send);
    remember(this.#tokens).set(key, requested);
    requested.catch(() => this.#tokens.delete(key));
    return await requested;
  }

  /** Credentials for an encrypted registry never go out unencrypted. */
  #tokenServer(realm: string, credential: Credential | undefined): URL {
    const { registry, origin } = this.#options;
    if (realm === "" || !URL.canParse(realm, origin.href) || !/^https?:$/.test(new URL(realm, origin).protocol)) {
      throw new ClientError("network", `${registry} names no token server that can be asked: it may be misconfigured`);
    }
    const url = new URL(realm, origin);
    const open = url.protocol !== "https:" && credential !== undefined && origin.protocol === "https:" && !isLoopback(url.host);
    if (open) {
      throw new ClientError("refused", `${registry} wants the credentials sent to ${url.host} without encryption: nothing was sent`);
    }
    return url;
  }
}

function strongest(header: string | null): Challenge | undefined {
  const challenges = parseChallenges(header);
  return challenges.find(({ scheme }) => scheme === "bearer") ?? challenges.find(({ scheme }) => scheme === "basic");
}

function keyOf(scopes: readonly AccessScope[]): string {
  return mergeScopes(scopes).join(" ");
}

/** Empties a memory that grew too large: what it held is learned again. */
function remember<T extends Map<string, unknown> | Set<string>>(memory: T): T {
  if (memory.size >= MEMORY_LIMIT) memory.clear();
  return memory;
}
