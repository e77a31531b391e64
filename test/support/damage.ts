import { rm } from "node:fs/promises";
import { join } from "node:path";
import { S3Client, SQL } from "bun";
import type { Stored } from "./metadata.ts";

/** Runs a statement on the database of a server, which may be running. */
export async function execute({ dataDir, storage }: Stored, statement: string): Promise<void> {
  const url = storage.OPM_STORAGE_METADATA_URL;
  const place = url === undefined ? ({ adapter: "sqlite", filename: join(dataDir, "metadata.db") } as const) : ({ adapter: "postgres", url, max: 1 } as const);
  await using database = new SQL(place);
  if (url === undefined) await database.unsafe("PRAGMA busy_timeout = 5000");
  await database.unsafe(statement);
}

/** Loses the bytes of all that is too large to be kept in the database. */
export async function loseContent({ dataDir, storage }: Stored): Promise<void> {
  const { OPM_STORAGE_CONTENT_BUCKET: bucket, OPM_STORAGE_CONTENT_ENDPOINT: endpoint } = storage;
  if (bucket === undefined) {
    const files = await Array.fromAsync(new Bun.Glob("content/blobs/**").scan({ cwd: dataDir, absolute: true }));
    await Promise.all(files.map((file) => rm(file)));
    return;
  }
  const [accessKeyId = "", secretAccessKey = ""] = await Promise.all(
    [storage.OPM_STORAGE_CONTENT_ACCESS_KEY_ID_FILE, storage.OPM_STORAGE_CONTENT_SECRET_ACCESS_KEY_FILE].map((file) => Bun.file(file ?? "").text()),
  );
  const client = new S3Client({
    endpoint,
    region: storage.OPM_STORAGE_CONTENT_REGION,
    bucket,
    accessKeyId: accessKeyId.trim(),
    secretAccessKey: secretAccessKey.trim(),
  });
  const { contents = [] } = await client.list({ prefix: "" });
  await Promise.all(contents.map(({ key }) => client.delete(key)));
}
