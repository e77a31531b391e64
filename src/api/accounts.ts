import { z } from "zod";
import { paging, repositoryName, text, time } from "./common.ts";

/** Accounts, their access tokens and what they may do. Passwords and the texts of tokens are in requests and in one answer each, never in a list. */

const action = z.enum(["pull", "push", "delete", "admin"]);
const group = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._@/-]{0,63}$/, "expected 1 to 64 characters A-Z a-z 0-9 . _ @ / -");
const groups = z.array(group).max(100);
/** The rules for passwords are those of the hash; here only what a text can be. */
const password = z.string().min(1).max(1024);
const userName = z
  .string()
  .max(64)
  .regex(/^[a-z0-9][a-z0-9._@-]*$/, "expected 1 to 64 characters a-z 0-9 . _ @ -, the first a letter or digit");

const tokenScope = z.strictObject({
  repositories: z.string().min(1).max(255).describe("Glob over repository names."),
  actions: z.array(action).min(1).max(4),
});
const heldScope = z.object({ repositories: z.string(), actions: z.array(z.string()) });

export const userDocument = z.object({
  name: z.string(),
  groups: z.array(z.string()),
  disabled: z.boolean().describe("It exists, and nobody logs in to it; its tokens do nothing meanwhile."),
  createdAt: time,
  passwordChangedAt: time.nullable().describe("null: the password is that of the creation."),
});
export type UserDocument = z.input<typeof userDocument>;
export const userList = z.object({ users: z.array(userDocument) });
export const listUsersQuery = z.strictObject(paging);
export const createUserBody = z.strictObject({ name: userName, password, groups: groups.optional() });
export const editUserBody = z.strictObject({
  addGroups: groups.optional(),
  removeGroups: z.array(text).max(100).optional(),
  disabled: z.boolean().optional(),
});
export const setPasswordBody = z.strictObject({ password });
export const setOwnPasswordBody = z.strictObject({ current: z.string().max(1024).describe("The password until now."), password });
export const passwordSet = z.object({ user: z.string() });

export const tokenDocument = z.object({
  id: z.string(),
  user: z.string(),
  description: z.string(),
  state: z.enum(["valid", "expired", "revoked"]),
  scopes: z.array(heldScope).describe("Empty: all that the user may do."),
  createdAt: time,
  expiresAt: time.nullable(),
  lastUsedAt: time.nullable(),
  revokedAt: time.nullable(),
});
export type TokenDocument = z.input<typeof tokenDocument>;
export const tokenList = z.object({ tokens: z.array(tokenDocument) });
export const listTokensQuery = z.strictObject({ ...paging, user: text.optional() });
const newToken = {
  description: z.string().max(200).optional(),
  scopes: z.array(tokenScope).max(50).optional().describe("Absent: all that the user may do."),
  expiresAt: time.optional().describe("Absent: never."),
};
export const createTokenBody = z.strictObject({ user: text, ...newToken });
export const createOwnTokenBody = z.strictObject(newToken);
export const createdToken = z.object({
  id: z.string(),
  token: z.string().describe("The secret, which is shown only once."),
  user: z.string(),
  scopes: z.array(heldScope),
  expiresAt: time.nullable(),
});

export const account = z.object({
  name: z.string(),
  anonymous: z.boolean(),
  groups: z.array(z.string()),
  source: z.enum(["accounts", "htpasswd"]).nullable().describe("Where the account is kept; null for anonymous."),
  administrator: z.boolean(),
  open: z.boolean().describe("No grants are configured: everybody may do everything."),
  accessToken: z.string().nullable().describe("Id of the access token that was used to log in."),
  scopes: z.array(heldScope).nullable().describe("What that token narrows to; null: nothing."),
});

export const rightsQuery = z.strictObject({ repository: repositoryName.optional().describe("What counts for this one; absent: everything.") });
export const rights = z.object({
  user: z.string(),
  groups: z.array(z.string()),
  disabled: z.boolean(),
  repository: z.string().nullable(),
  actions: z.array(action).nullable().describe("What the user may do on the repository; null where none is named."),
  reasons: z
    .array(
      z.object({
        source: z.enum(["configuration", "declared", "public-project", "open"]),
        subjects: z.array(z.string()).describe("Those of the grant that stand for the user."),
        repositories: z.string(),
        actions: z.array(action),
        project: z.string().nullable().describe("Of a public project: namespace/project."),
      }),
    )
    .describe("Every grant that fits."),
  scopes: z.array(heldScope).nullable().describe("What the access token that was used narrows to; null: nothing."),
});
export type RightsDocument = z.input<typeof rights>;
