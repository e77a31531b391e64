import { createHash } from "node:crypto";
import { chmod, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { defaultCachePath } from "../../client/cache.ts";
import type { Environment } from "../../client/environment.ts";

/** Milliseconds that words are kept. */
const LIFETIME = 60_000;

const entrySchema = z.object({ words: z.array(z.object({ value: z.string(), description: z.string() })), more: z.boolean() });

/** Words that were looked up, and whether there are more of them. */
export type Words = z.infer<typeof entrySchema>;

/** Variables that say who asks, and where. */
const ASKING = ["HOME", "DOCKER_CONFIG", "DOCKER_AUTH_CONFIG", "REGISTRY_AUTH_FILE", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME"] as const;

/** Keeps words for a minute, in the folder of opm's cache, for this user alone. What fails is not kept, and a cache that cannot be used is done without. */
export async function cachedWords(env: Environment, question: readonly string[], ask: () => Promise<Words>): Promise<Words> {
  const cache = defaultCachePath(env);
  if (cache === undefined) return await ask();
  const folder = join(cache, "completion");
  const key = createHash("sha256")
    .update(JSON.stringify([question, ASKING.map((name) => env[name] ?? "")]))
    .digest("hex");
  const file = join(folder, `${key}.json`);
  const known = await read(file).catch(() => undefined);
  if (known !== undefined) return known;
  const words = await ask();
  await keep(folder, file, words).catch(() => undefined);
  return words;
}

async function read(file: string): Promise<Words | undefined> {
  const age = Date.now() - (await stat(file)).mtimeMs;
  return age >= 0 && age < LIFETIME ? entrySchema.parse(JSON.parse(await readFile(file, "utf8"))) : undefined;
}

async function keep(folder: string, file: string, words: Words): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const partial = `${file}.${crypto.randomUUID()}`;
  await writeFile(partial, JSON.stringify(words), { mode: 0o600 });
  await rename(partial, file);
  for (const name of await readdir(folder)) {
    const old = join(folder, name);
    if (Date.now() - (await stat(old)).mtimeMs >= LIFETIME) await rm(old, { force: true });
  }
}
