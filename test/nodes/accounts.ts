import { createUser } from "../../src/access/users.ts";
import { openPostgresStore } from "../../src/storage/postgres/postgres-store.ts";

/** Adds an account to a database, which is made where it is empty. */
export async function addUser(url: string, name: string, password: string): Promise<void> {
  const store = await openPostgresStore({ url, durability: "full" });
  try {
    await createUser(store.accounts, { name, password, groups: [] }, { subject: "test" }, await store.coordination.time());
  } finally {
    await store.close();
  }
}

/** The header of a log-in by password. */
export function basic(user: string, password: string): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}` };
}
