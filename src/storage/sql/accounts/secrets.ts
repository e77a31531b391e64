import { type Executor, queryOne } from "../engine/executor.ts";

export async function sharedSecret(x: Executor, name: string, candidate: Uint8Array): Promise<Uint8Array> {
  await x.query("INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", [name, candidate]);
  const row = await queryOne<{ value: Uint8Array }>(x, "SELECT value FROM secret WHERE name = $1", [name]);
  if (row === undefined) throw new Error(`the metadata database has lost the secret ${name}`);
  return row.value;
}
