import { findPostgres, POSTGRES_MISSING, startPostgres } from "../../test/support/postgres.ts";
import { startPostgresProxy } from "../../test/support/postgres-proxy.ts";
import { startS3Proxy } from "../../test/support/s3-proxy.ts";
import { startVersitygw } from "../../test/support/versitygw.ts";
import type { Bucket } from "../subjects/bucket.ts";

type Section = Readonly<Record<string, unknown>>;

/** What registries store in. */
export interface Services {
  /** A bucket that no other call was given. */
  bucket(): Promise<Bucket>;
  /** `storage.content` of ours, with a bucket of its own. */
  content(): Promise<Section>;
  /** `storage.metadata` of ours, with a database of its own. */
  metadata(): Promise<Section>;
}

/** The same behind proxies that count. */
export interface CountedServices extends Services {
  /** Requests to S3 and round trips to PostgreSQL since this was asked last. */
  take(): { readonly s3: number; readonly postgres: number };
}

/** An S3 service and a PostgreSQL that run. */
export interface StartedServices extends Services {
  /** Proxies of a server's own. They end with the services. */
  counted(): Promise<CountedServices>;
  stop(): Promise<void>;
}

/** Starts versitygw and PostgreSQL, which are installed where they are missing. @throws Error with what to run */
export async function startServices(): Promise<StartedServices> {
  const binaries = findPostgres();
  if (binaries === undefined) throw new Error(POSTGRES_MISSING);
  const started: { stop(): Promise<unknown> }[] = [];
  const stop = async () => {
    // Proxies before what they stand for.
    for (const each of started.reverse()) await each.stop();
  };
  try {
    const s3 = await startVersitygw();
    started.push(s3);
    const postgres = await startPostgres(binaries);
    started.push(postgres);
    const { keys, credentials, region } = s3;
    const reached = (endpoint: string, urlOf: (direct: string) => string): Services => ({
      bucket: async () => ({ endpoint, region, name: await s3.makeBucket(), ...keys }),
      content: async () => ({
        driver: "s3",
        ...{ endpoint, region, bucket: await s3.makeBucket() },
        ...{ accessKeyIdFile: credentials.accessKeyId, secretAccessKeyFile: credentials.secretAccessKey },
      }),
      metadata: async () => ({ driver: "postgres", url: urlOf(await postgres.createDatabase()) }),
    });
    return {
      ...reached(s3.endpoint, (direct) => direct),
      async counted() {
        const toS3 = await startS3Proxy(s3.port);
        started.push({ stop: toS3.close });
        const toPostgres = await startPostgresProxy(portOf(await postgres.createDatabase()));
        started.push({ stop: toPostgres.close });
        return {
          ...reached(toS3.endpoint, toPostgres.urlOf),
          take() {
            const counts = { s3: Object.values(toS3.counts()).reduce((sum, count) => sum + count, 0), postgres: toPostgres.roundTrips() };
            toS3.reset();
            toPostgres.reset();
            return counts;
          },
        };
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}
