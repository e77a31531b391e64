import type { AccountDescription } from "../../access/directory.ts";
import { ANONYMOUS, type Principal } from "../../access/principal.ts";
import { createToken, revokeToken } from "../../access/tokens.ts";
import { createUser, deleteUser, editUser, setPassword } from "../../access/users.ts";
import type { RightsDocument, UserDocument } from "../../api/accounts.ts";
import { rightsDocument, scopesOf, tokenDocument, userDocument } from "../../catalog/account-documents.ts";
import { cutPage, pageSize } from "../../catalog/queries/paging.ts";
import { formatTime, parseTime } from "../../catalog/queries/time.ts";
import { RegistryError } from "../../oci/errors.ts";
import type { TokenScope } from "../../storage/metadata/accounts.ts";
import type { Position } from "../../storage/metadata/records.ts";
import type { Answer, ExtensionCall, Handlers, ReplyOf } from "./handler.ts";

/** Accounts and access tokens, of others and of one's own. Rights are those of the table of operations. */
export const ACCOUNT_HANDLERS = {
  async listUsers({ catalog }, { query, after }) {
    const limit = pageSize(query.n);
    const found = await catalog.metadata.accounts.listUsers({ after: after?.name, limit: limit + 1 });
    const { rows, next } = cutPage(found, limit, ({ name }) => ({ key: name, name }));
    return { reply: { users: rows.map(userDocument) }, next };
  },
  async createUser(call, { body }) {
    const { catalog, actor } = call;
    await createUser(catalog.metadata.accounts, { ...body, groups: body.groups ?? [] }, actor, catalog.now());
    return { reply: await userOf(call, body.name) };
  },
  getUser: async (call, { path }) => ({ reply: await userOf(call, path.user) }),
  async editUser({ catalog, principal, actor }, { path, body }) {
    if (body.disabled === true) assertOther(principal, path.user, "disable");
    return { reply: userDocument(await editUser(catalog.metadata.accounts, path.user, body, actor, catalog.now())) };
  },
  async deleteUser({ catalog, principal, actor }, { path }) {
    assertOther(principal, path.user, "remove");
    await deleteUser(catalog.metadata.accounts, path.user, actor, catalog.now());
    return { reply: { deleted: path.user } };
  },
  async setPassword({ catalog, actor }, { path, body }) {
    await setPassword(catalog.metadata.accounts, path.user, body.password, actor, catalog.now());
    return { reply: { user: path.user } };
  },
  async getUserRights({ catalog }, { path, query }) {
    if (path.user === ANONYMOUS.name) return { reply: rightsOf(catalog, ANONYMOUS, query.repository) };
    const found = await catalog.access.account(path.user);
    if (found === undefined) throw new RegistryError("USER_UNKNOWN", "there is no user of this name: see opm user list");
    return { reply: rightsOf(catalog, principalOf(found), query.repository, { disabled: found.disabled }) };
  },
  listTokens: (call, { query, after }) => tokensOf(call, query.user, query.n, after),
  createToken: (call, { body }) => newToken(call, body.user, body),
  async revokeToken({ catalog, actor }, { path }) {
    await revokeToken(catalog.metadata.accounts, path.token, actor, catalog.now());
    return { reply: { deleted: path.token } };
  },

  async getAccount({ catalog, principal }) {
    const holder = holderOf(principal);
    const found = principal.anonymous ? undefined : await catalog.access.account(principal.name);
    return {
      reply: {
        name: principal.name,
        anonymous: principal.anonymous,
        groups: [...principal.groups],
        source: found?.source ?? null,
        administrator: catalog.access.open || catalog.access.filter(holder, "admin").all,
        open: catalog.access.open,
        accessToken: principal.accessToken ?? null,
        scopes: holder.scopes === undefined ? null : scopesOf(holder.scopes),
      },
    };
  },
  getOwnRights: async ({ catalog, principal }, { query }) => ({ reply: rightsOf(catalog, holderOf(principal), query.repository) }),
  async setOwnPassword({ catalog, principal: { name }, actor }, { body }) {
    // The password until now is verified, and failures are counted, as with every log-in.
    await catalog.access.login({ scheme: "basic", user: name, password: body.current }, { remote: actor.remote ?? "", requestId: actor.requestId });
    await setPassword(catalog.metadata.accounts, name, body.password, actor, catalog.now());
    return { reply: { user: name } };
  },
  listOwnTokens: (call, { query, after }) => tokensOf(call, call.principal.name, query.n, after),
  createOwnToken: (call, { body }) => newToken(call, call.principal.name, body),
  async revokeOwnToken({ catalog, principal, actor }, { path }) {
    await revokeToken(catalog.metadata.accounts, path.token, actor, catalog.now(), principal.name);
    return { reply: { deleted: path.token } };
  },
} satisfies Partial<Handlers>;

/** Whoever locks himself out can only be let in again at the server. */
function assertOther(principal: Principal, user: string, verb: string): void {
  if (!principal.anonymous && principal.name === user) throw new RegistryError("CONFLICT", `you cannot ${verb} the account that you are logged in with`);
}

async function userOf({ catalog }: ExtensionCall, name: string): Promise<UserDocument> {
  const user = await catalog.metadata.accounts.user(name);
  if (user === undefined)
    throw new RegistryError("USER_UNKNOWN", "there is no user of this name: see opm user list; those of an htpasswd file are in that file");
  return userDocument(user);
}

async function tokensOf(
  { catalog }: ExtensionCall,
  user: string | undefined,
  n: number | undefined,
  after: Position | undefined,
): Promise<Answer<ReplyOf<"listTokens">>> {
  const limit = pageSize(n);
  const found = await catalog.metadata.accounts.listTokens(user, { after: after?.name, limit: limit + 1 });
  const { rows, next } = cutPage(found, limit, ({ id }) => ({ key: id, name: id }));
  return { reply: { tokens: rows.map((token) => tokenDocument(token, catalog.now())) }, next };
}

interface WantedToken {
  readonly description?: string | undefined;
  readonly scopes?: readonly TokenScope[] | undefined;
  readonly expiresAt?: string | undefined;
}

async function newToken({ catalog, actor }: ExtensionCall, user: string, body: WantedToken): Promise<Answer<ReplyOf<"createToken">>> {
  const { description = "", scopes = [] } = body;
  const expiresAt = parseTime(body.expiresAt);
  const { id, text } = await createToken(
    { accounts: catalog.metadata.accounts, account: catalog.access.account },
    { user, description, scopes, expiresAt },
    actor,
    catalog.now(),
  );
  return { reply: { id, token: text, user, scopes: scopesOf(scopes), expiresAt: expiresAt === undefined ? null : formatTime(expiresAt) } };
}

function rightsOf({ access }: ExtensionCall["catalog"], principal: Principal, repository: string | undefined, { disabled = false } = {}): RightsDocument {
  const actions = repository === undefined ? [] : access.actions(principal, repository);
  return rightsDocument(principal, { repository, disabled, actions, reasons: access.explain(principal, repository) });
}

function principalOf({ name, groups }: AccountDescription): Principal {
  return { name, anonymous: false, groups, scopes: undefined };
}

/** A bearer token stands for whoever it was issued to: what it was issued for is the scope of one's account alone. */
function holderOf(principal: Principal): Principal {
  return principal.bearer?.holder ?? principal;
}
