import { type Executor, queryOne } from "../engine/executor.ts";
import { command, rowsOf } from "../engine/statement.ts";
import { tables } from "../engine/tables.ts";

const OFFER = command`INSERT INTO secret (name, value) VALUES (${"name"}, ${"candidate"}) ON CONFLICT (name) DO NOTHING`;
const SECRET = rowsOf({ value: tables.secret.value })`SELECT value FROM secret WHERE name = ${"name"}`;

export async function sharedSecret(x: Executor, name: string, candidate: Uint8Array): Promise<Uint8Array> {
  await x.query(OFFER, { name, candidate });
  const row = await queryOne(x, SECRET, { name });
  if (row === undefined) throw new Error(`the metadata database has lost the secret ${name}`);
  return row.value;
}
