import { findPostgres, POSTGRES_MISSING, type PostgresServer, startPostgres } from "./postgres.ts";
import { type S3Server, startVersitygw } from "./versitygw.ts";

/** What a server of the tests stores in. */
export interface StorageUnderTest {
  /** Settings, as variables. */
  readonly environment: Readonly<Record<string, string>>;
  /** Nobody uses it any more. */
  end(): Promise<void>;
}

const COMBINATIONS = ["filesystem+sqlite", "filesystem+postgres", "s3+sqlite", "s3+postgres"];

/**
 * `OPM_TEST_STORAGE` has servers store in a combination of content and metadata, for suites that run on each: a bucket and a database of
 * its own for every server. The services behind them run as long as a server of this process uses them.
 */
export async function storageUnderTest(): Promise<StorageUnderTest> {
  const combination = process.env.OPM_TEST_STORAGE ?? "filesystem+sqlite";
  if (!COMBINATIONS.includes(combination)) throw new Error(`OPM_TEST_STORAGE is '${combination}', and may be ${COMBINATIONS.join(", ")}`);
  const [content, metadata] = combination.split("+");
  const environment: Record<string, string> = {};
  const ends: (() => Promise<void>)[] = [];
  if (content === "s3") {
    const service = await s3.use();
    ends.push(s3.leave);
    Object.assign(environment, await bucketOf(service));
  }
  if (metadata === "postgres") {
    const service = await postgres.use();
    ends.push(postgres.leave);
    environment.OPM_STORAGE_METADATA_DRIVER = "postgres";
    environment.OPM_STORAGE_METADATA_URL = await service.createDatabase();
  }
  return {
    environment,
    async end() {
      for (const end of ends) await end();
    },
  };
}

async function bucketOf({ endpoint, region, credentials, makeBucket }: S3Server): Promise<Record<string, string>> {
  return {
    OPM_STORAGE_CONTENT_DRIVER: "s3",
    OPM_STORAGE_CONTENT_ENDPOINT: endpoint,
    OPM_STORAGE_CONTENT_REGION: region,
    OPM_STORAGE_CONTENT_BUCKET: await makeBucket(),
    OPM_STORAGE_CONTENT_ACCESS_KEY_ID_FILE: credentials.accessKeyId,
    OPM_STORAGE_CONTENT_SECRET_ACCESS_KEY_FILE: credentials.secretAccessKey,
  };
}

const s3 = shared<S3Server>(() => startVersitygw());
const postgres = shared<PostgresServer>(() => {
  const binaries = findPostgres();
  if (binaries === undefined) throw new Error(POSTGRES_MISSING);
  return startPostgres(binaries);
});

/** A service that runs while anybody uses it. */
function shared<T extends { stop(): Promise<void> }>(start: () => Promise<T>): { use(): Promise<T>; leave(): Promise<void> } {
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
