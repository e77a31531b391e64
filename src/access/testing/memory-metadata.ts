import type { AccessTokenWithSecret, AuditEntry, MetadataStore, UserWithPassword } from "../../storage/metadata-store.ts";

type Accounts = Pick<
  MetadataStore,
  | "user"
  | "listUsers"
  | "createUser"
  | "editUser"
  | "setPassword"
  | "deleteUser"
  | "token"
  | "listTokens"
  | "createToken"
  | "revokeToken"
  | "touchToken"
  | "audit"
  | "appendAudit"
>;

/** What access control uses of a metadata store, in memory, with counts and entries for tests to look at. */
export interface MemoryMetadata extends Accounts {
  readonly entries: AuditEntry[];
  readonly touches: { readonly id: string; readonly at: number }[];
  /** Calls of `user` and `token`. */
  readonly lookups: () => number;
}

export function createMemoryMetadata(): MemoryMetadata {
  const users = new Map<string, UserWithPassword>();
  const tokens = new Map<string, AccessTokenWithSecret>();
  const entries: AuditEntry[] = [];
  const touches: { id: string; at: number }[] = [];
  let lookups = 0;
  const revoke = (token: AccessTokenWithSecret, now: number) => tokens.set(token.id, { ...token, revokedAt: now });
  return {
    entries,
    touches,
    lookups: () => lookups,
    async user(name) {
      lookups++;
      return users.get(name);
    },
    listUsers: async () => [...users.values()],
    async createUser(user) {
      if (users.has(user.name)) return false;
      users.set(user.name, user);
      return true;
    },
    async editUser(name, change, _actor, now) {
      const user = users.get(name);
      if (user === undefined) return undefined;
      const groups = [...new Set([...user.groups, ...(change.addGroups ?? [])])].filter((group) => change.removeGroups?.includes(group) !== true);
      const disabledAt = change.disabled === undefined ? user.disabledAt : change.disabled ? now : undefined;
      users.set(name, { ...user, groups, disabledAt });
      return users.get(name);
    },
    async setPassword(name, passwordHash, _actor, now) {
      const user = users.get(name);
      if (user === undefined) return false;
      users.set(name, { ...user, passwordHash, passwordChangedAt: now });
      return true;
    },
    async deleteUser(name, _actor, now) {
      for (const token of tokens.values()) if (token.user === name) revoke(token, now);
      return users.delete(name);
    },
    async token(id) {
      lookups++;
      return tokens.get(id);
    },
    listTokens: async (user) => [...tokens.values()].filter((token) => user === undefined || token.user === user),
    createToken: async (token) => void tokens.set(token.id, token),
    async revokeToken(id, _actor, now) {
      const token = tokens.get(id);
      if (token === undefined || token.revokedAt !== undefined) return false;
      revoke(token, now);
      return true;
    },
    touchToken: async (id, at) => void touches.push({ id, at }),
    audit: async (query) => {
      const numbered = entries.map((entry, id) => ({ ...entry, id }));
      return numbered
        .filter((entry) => query.action === undefined || entry.action === query.action)
        .reverse()
        .slice(0, query.limit);
    },
    appendAudit: async (added) => void entries.push(...added),
  };
}
