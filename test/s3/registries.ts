import { afterAll, beforeAll } from "bun:test";
import { runOpm } from "../cli/run-opm.ts";
import { type S3Proxy, startS3Proxy } from "../support/s3-proxy.ts";
import { startTestServer, type TestServer } from "../support/server.ts";
import { type S3Server, startVersitygw } from "../support/versitygw.ts";

/** An S3 service with a proxy before it, for the tests of a file. */
export interface S3UnderTest {
  readonly s3: S3Server;
  readonly proxy: S3Proxy;
  /** Settings of a bucket that no other call was given, reached through the proxy. */
  bucket(settings?: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
  /** A server over these settings of content; ended with the file. */
  start(content: Readonly<Record<string, unknown>>, config?: Readonly<Record<string, unknown>>): Promise<TestServer>;
}

/** Starts the service with the file, which may have to be installed first, and ends it with the file. */
export function useS3(): S3UnderTest {
  let s3: S3Server | undefined;
  let proxy: S3Proxy | undefined;
  const servers: TestServer[] = [];
  beforeAll(async () => {
    s3 = await startVersitygw();
    proxy = await startS3Proxy(s3.port);
  }, 600_000);
  afterAll(async () => {
    proxy?.mend();
    await Promise.all(servers.map((server) => server.stop()));
    await proxy?.close();
    await s3?.stop();
  }, 60_000);
  return {
    get s3() {
      return started(s3);
    },
    get proxy() {
      return started(proxy);
    },
    async bucket(settings = {}) {
      const { region, credentials } = started(s3);
      return {
        driver: "s3",
        endpoint: started(proxy).endpoint,
        region,
        bucket: await started(s3).makeBucket(),
        accessKeyIdFile: credentials.accessKeyId,
        secretAccessKeyFile: credentials.secretAccessKey,
        ...settings,
      };
    },
    async start(content, config = {}) {
      const server = await startTestServer({ config: { ...config, storage: { content } } });
      servers.push(server);
      return server;
    },
  };
}

/** Runs a command over the stores of a server: its database, and the bucket of these settings. */
export function runOver(
  { dataDir }: TestServer,
  bucket: Readonly<Record<string, unknown>>,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>> = {},
) {
  const variables = Object.entries(bucket).map(([name, value]) => [`OPM_STORAGE_CONTENT_${name.replace(/[A-Z]/g, "_$&").toUpperCase()}`, String(value)]);
  return runOpm([...parameters, "--data", dataDir], { environment: { ...Object.fromEntries(variables), ...environment } });
}

function started<T>(part: T | undefined): T {
  if (part === undefined) throw new Error("the S3 service is not started yet");
  return part;
}
