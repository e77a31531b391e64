import { findPostgres, POSTGRES_MISSING, type PostgresServer, postgresDatabases, startPostgres } from "./postgres.ts";
import { type S3Server, startVersitygw, versitygwIn } from "./versitygw.ts";

/** Combinations of content and metadata: the embedded one, which is the default, and the others. */
export const EMBEDDED_STORAGE = "filesystem+sqlite";
export const OTHER_STORAGES = ["filesystem+postgres", "s3+sqlite", "s3+postgres"] as const;

/** What a server of the tests stores in. */
export interface StorageUnderTest {
  /** Settings, as variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** Nobody uses it any more. */
  end(): Promise<void>;
}

/** Services for stores of any combination. */
export interface StorageServices {
  /** Has processes of tests use them, instead of starting their own. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

/**
 * `OPM_TEST_STORAGE` has servers store in a combination of content and metadata, for suites that run on each: a bucket and a database of
 * its own for every server. The services behind them are those that `OPM_TEST_VERSITYGW` (a folder) and `OPM_TEST_POSTGRES` (a URL) name, which
 * the files of a run share; where they name none, they run as long as a server of this process uses them.
 */
export async function storageUnderTest(): Promise<StorageUnderTest> {
  const combination = process.env.OPM_TEST_STORAGE ?? EMBEDDED_STORAGE;
  const all: readonly string[] = [EMBEDDED_STORAGE, ...OTHER_STORAGES];
  if (!all.includes(combination)) throw new Error(`OPM_TEST_STORAGE is '${combination}', and may be ${all.join(", ")}`);
  const [content, metadata] = combination.split("+");
  const parts = [...(content === "s3" ? [await bucket()] : []), ...(metadata === "postgres" ? [await database()] : [])];
  return {
    environment: Object.assign({}, ...parts.map(({ environment }) => environment)),
    async end() {
      for (const part of parts) await part.end();
    },
  };
}

/** @throws Error when one is not there and cannot be installed */
export async function startStorageServices(): Promise<StorageServices> {
  const postgres = await postgresServer();
  const s3 = await startVersitygw().catch(async (error: unknown) => {
    await postgres.stop();
    throw error;
  });
  return {
    environment: { OPM_TEST_VERSITYGW: s3.folder, OPM_TEST_POSTGRES: postgres.url },
    async stop() {
      await Promise.all([s3.stop(), postgres.stop()]);
    },
  };
}

async function bucket(): Promise<StorageUnderTest> {
  const folder = process.env.OPM_TEST_VERSITYGW;
  const { endpoint, region, credentials, makeBucket, removeBucket } = await (folder === undefined ? s3.use() : versitygwIn(folder));
  const name = await makeBucket();
  return {
    environment: {
      OPM_STORAGE_CONTENT_DRIVER: "s3",
      OPM_STORAGE_CONTENT_ENDPOINT: endpoint,
      OPM_STORAGE_CONTENT_REGION: region,
      OPM_STORAGE_CONTENT_BUCKET: name,
      OPM_STORAGE_CONTENT_ACCESS_KEY_ID_FILE: credentials.accessKeyId,
      OPM_STORAGE_CONTENT_SECRET_ACCESS_KEY_FILE: credentials.secretAccessKey,
    },
    end: () => (folder === undefined ? s3.leave() : removeBucket(name)),
  };
}

async function database(): Promise<StorageUnderTest> {
  const service = process.env.OPM_TEST_POSTGRES;
  const { createDatabase, dropDatabase } = await (service === undefined ? postgres.use() : postgresDatabases(service));
  const url = await createDatabase();
  return {
    environment: { OPM_STORAGE_METADATA_DRIVER: "postgres", OPM_STORAGE_METADATA_URL: url },
    end: () => (service === undefined ? postgres.leave() : dropDatabase(url)),
  };
}

async function postgresServer(): Promise<PostgresServer> {
  const binaries = findPostgres();
  if (binaries === undefined) throw new Error(POSTGRES_MISSING);
  return await startPostgres(binaries);
}

const s3 = whileUsed<S3Server>(startVersitygw);
const postgres = whileUsed<PostgresServer>(postgresServer);

/** A service that runs while anybody uses it. */
function whileUsed<T extends { stop(): Promise<void> }>(start: () => Promise<T>): { use(): Promise<T>; leave(): Promise<void> } {
  let running: Promise<T> | undefined;
  let users = 0;
  return {
    use() {
      users++;
      running ??= start();
      return running;
    },
    async leave() {
      if (--users > 0) return;
      const ended = running;
      running = undefined;
      await (await ended)?.stop();
    },
  };
}
