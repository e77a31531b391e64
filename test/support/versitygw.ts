import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, readFile, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Glob } from "bun";
import { freePort, spawnServer, waitForServer } from "../../bench/processes.ts";
import { findTool } from "./tools.ts";

/** An S3 service that tests use, other processes as well. */
export interface S3Service {
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
  /** Removes one with all that is in it. */
  removeBucket(name: string): Promise<void>;
}

/** versitygw over a temporary folder. */
export interface S3Server extends S3Service {
  /** By it, `versitygwIn` finds the service. */
  readonly folder: string;
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
  const buckets = bucketsOf(folder);
  await mkdir(buckets);
  const keys = { accessKeyId: "opm-tests", secretAccessKey: crypto.randomUUID() };
  for (const [name, value] of Object.entries(keys)) writeFileSync(join(folder, name), `${value}\n`, { mode: 0o600 });
  const port = freePort();
  writeFileSync(join(folder, "port"), String(port));
  const options = ["--keep-alive", "--quiet", "--region", REGION, "--port", `127.0.0.1:${port}`, ...(readOnly ? ["--readonly"] : [])];
  const server = spawnServer([path, ...options, "posix", buckets], {
    folder,
    environment: { ROOT_ACCESS_KEY: keys.accessKeyId, ROOT_SECRET_KEY: keys.secretAccessKey },
  });
  await waitForServer("versitygw", server, { url: `http://127.0.0.1:${port}`, log: join(folder, "output.log") });
  let made = 0;
  return {
    ...(await versitygwIn(folder, () => `bucket-${++made}`)),
    folder,
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The service that another process may have started, by its folder. */
export async function versitygwIn(folder: string, nameBucket = () => `bucket-${crypto.randomUUID()}`): Promise<S3Service> {
  const credentials = { accessKeyId: join(folder, "accessKeyId"), secretAccessKey: join(folder, "secretAccessKey") };
  const [accessKeyId, secretAccessKey, port] = await Promise.all(
    [credentials.accessKeyId, credentials.secretAccessKey, join(folder, "port")].map(async (file) => (await readFile(file, "utf8")).trim()),
  );
  if (accessKeyId === undefined || secretAccessKey === undefined) throw new Error(`${folder} is of no versitygw`);
  return {
    endpoint: `http://127.0.0.1:${port}`,
    port: Number(port),
    region: REGION,
    credentials,
    keys: { accessKeyId, secretAccessKey },
    async makeBucket() {
      const name = nameBucket();
      // A folder is a bucket: this holds for a server that is read-only as well.
      await mkdir(join(bucketsOf(folder), name));
      return name;
    },
    async age(bucket, millis) {
      const time = new Date(Date.now() - millis);
      // Folders tell the time of uploads in parts, files that of objects.
      for (const path of new Glob("**").scanSync({ cwd: join(bucketsOf(folder), bucket), onlyFiles: false, absolute: true, dot: true }))
        await utimes(path, time, time);
    },
    removeBucket: (name) => rm(join(bucketsOf(folder), name), { recursive: true, force: true }),
  };
}

function bucketsOf(folder: string): string {
  return join(folder, "buckets");
}
