import { callPages } from "../../client/extension/call-operation.ts";
import { loadConfig } from "../../config/load.ts";
import { openMetadata } from "../../config/open-stores.ts";
import type { AccountStore } from "../../storage/metadata/accounts.ts";
import type { MetadataStore } from "../../storage/metadata/store.ts";
import { type Candidate, type Lookup, narrowed, startingWith, WORD_LIMIT, word } from "./lookup.ts";

/** Entries of a page. */
const PAGE = 1000;

/** Names of accounts, groups or tokens: of the registry that `--registry` names, else of the data folder. */
export async function accountWords(kind: "user" | "group" | "token", lookup: Lookup): Promise<Candidate[]> {
  const { location, current } = lookup;
  const host = location.values.registry;
  if (host === undefined) return await inDataFolder(lookup, async (metadata) => startingWith(await fromStore(kind, metadata.accounts), current).words);
  const asked = location.values.own === undefined ? kind : "own-token";
  return await narrowed(lookup, [asked, host], current, async (start) => startingWith(await fromRegistry(kind, lookup, host), start));
}

async function fromStore(kind: "user" | "group" | "token", accounts: AccountStore): Promise<Candidate[]> {
  if (kind === "token") return (await accounts.listTokens(undefined)).map(tokenWord);
  const users = await accounts.listUsers();
  return kind === "user" ? users.map(({ name }) => word(name)) : groupsOf(users);
}

async function fromRegistry(kind: "user" | "group" | "token", lookup: Lookup, host: string): Promise<Candidate[]> {
  const { signal, location } = lookup;
  const connection = (await lookup.client()).connection(host);
  const request = { query: { n: PAGE }, what: "", signal };
  const found: Candidate[] = [];
  if (kind === "token") {
    const id = location.values.own === undefined ? "listTokens" : "listOwnTokens";
    for await (const { value } of callPages(connection, id, request)) found.push(...value.tokens.map(tokenWord));
    return found;
  }
  for await (const { value } of callPages(connection, "listUsers", request)) {
    found.push(...(kind === "user" ? value.users.map(({ name }) => word(name)) : groupsOf(value.users)));
    if (found.length > PAGE * WORD_LIMIT) break;
  }
  return found;
}

function groupsOf(users: readonly { readonly groups: readonly string[] }[]): Candidate[] {
  return [...new Set(users.flatMap(({ groups }) => groups))].sort().map(word);
}

function tokenWord({ id, user, description }: { readonly id: string; readonly user: string; readonly description: string }): Candidate {
  return { value: id, description: [user, description].filter((text) => text !== "").join(": ") };
}

/** Reads a data folder that is there, and makes or changes nothing. */
export async function inDataFolder<T>({ location, env }: Lookup, read: (metadata: MetadataStore) => Promise<T>): Promise<T> {
  const { config: file, data } = location.values;
  const { config } = await loadConfig({ file, environment: env, flags: { data }, directory: process.cwd() });
  const metadata = await openMetadata(config, { create: false });
  try {
    return await read(metadata);
  } finally {
    await metadata.close();
  }
}
