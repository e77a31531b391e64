import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Glob } from "bun";
import { freePort, spawnServer, waitForServer } from "../../bench/processes.ts";
import { findTool } from "./tools.ts";

/** An S3 service that tests use: versitygw over a temporary folder. */
export interface S3Server {
  /** `http://127.0.0.1:<port>` */
  readonly endpoint: string;
  readonly port: number;
  readonly region: string;
  /** Files with the two keys of its account, and what is in them. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Makes a bucket that no other call was given, and returns its name. */
  makeBucket(): Promise<string>;
  /** Has all objects and uploads in parts of a bucket look as if they were begun that many milliseconds ago. */
  age(bucket: string, millis: number): Promise<void>;
  stop(): Promise<void>;
}

export interface S3ServerOptions {
  /** Refuses all changes. */
  readonly readOnly?: boolean;
}

const REGION = "us-east-1";

/**
 * Starts versitygw on a free port of the loopback.
 * @throws Error when it is not there and cannot be installed
 */
export async function startVersitygw({ readOnly = false }: S3ServerOptions = {}): Promise<S3Server> {
  const { path, problem, command } = await findTool("versitygw");
  if (path === undefined) throw new Error(`versitygw is not there (${problem}): ${command}`);
  const folder = mkdtempSync(join(tmpdir(), "opm-versitygw-"));
  const buckets = join(folder, "buckets");
  await mkdir(buckets);
  const keys = { accessKeyId: "opm-tests", secretAccessKey: crypto.randomUUID() };
  const credentials = { accessKeyId: join(folder, "access-key-id"), secretAccessKey: join(folder, "secret-access-key") };
  writeFileSync(credentials.accessKeyId, `${keys.accessKeyId}\n`, { mode: 0o600 });
  writeFileSync(credentials.secretAccessKey, `${keys.secretAccessKey}\n`, { mode: 0o600 });
  const port = freePort();
  const options = ["--keep-alive", "--quiet", "--region", REGION, "--port", `127.0.0.1:${port}`, ...(readOnly ? ["--readonly"] : [])];
  const server = spawnServer([path, ...options, "posix", buckets], {
    folder,
    environment: { ROOT_ACCESS_KEY: keys.accessKeyId, ROOT_SECRET_KEY: keys.secretAccessKey },
  });
  const endpoint = `http://127.0.0.1:${port}`;
  await waitForServer("versitygw", server, { url: endpoint, log: join(folder, "output.log") });
  let made = 0;
  return {
    endpoint,
    port,
    region: REGION,
    credentials,
    keys,
    async makeBucket() {
      const name = `bucket-${++made}`;
      // A folder is a bucket: this holds for a server that is read-only as well.
      await mkdir(join(buckets, name));
      return name;
    },
    async age(bucket, millis) {
      const time = new Date(Date.now() - millis);
      // Folders tell the time of uploads in parts, files that of objects.
      for (const path of new Glob("**").scanSync({ cwd: join(buckets, bucket), onlyFiles: false, absolute: true, dot: true })) await utimes(path, time, time);
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
