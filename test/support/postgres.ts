import { existsSync, readdirSync } from "node:fs";
import { chown, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SQL } from "bun";
import { aptGet } from "./tools.ts";

/** Databases of a PostgreSQL, which other processes may use as well. */
export interface PostgresDatabases {
  /**
   * URL of a database that no other call was given: empty, or a copy of one that was prepared once.
   * @param prepare makes it what is to be copied, and leaves no connection to it
   */
  createDatabase(prepare?: (url: string) => Promise<unknown>): Promise<string>;
  /** Removes one, with all connections to it. */
  dropDatabase(url: string): Promise<void>;
}

/** A PostgreSQL of its own: loopback only, data in a temporary folder, nothing written to the disk on purpose. */
export interface PostgresServer extends PostgresDatabases {
  /** Of the database that is there from the beginning: by it, `postgresDatabases` creates others. */
  readonly url: string;
  /** Ends the server at once, with all its connections, and starts it again on its data after so many milliseconds. */
  restart(pause: number): Promise<void>;
  stop(): Promise<void>;
}

const START_LIMIT = 60_000;
const INSTALL_COMMAND = "apt-get install -y postgresql";

/** Where a server cannot be started, the tests that need one are skipped under this name; with CI=true they fail. */
export const POSTGRES_MISSING = `PostgreSQL is not installed: run '${INSTALL_COMMAND}'`;

/** The folder with `initdb` and `postgres`; as root on Debian they are installed where absent. */
export function findPostgres(): string | undefined {
  return installed() ?? (install() ? installed() : undefined);
}

function installed(): string | undefined {
  const onPath = Bun.which("postgres");
  const base = "/usr/lib/postgresql";
  const versions = existsSync(base) ? readdirSync(base).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [...versions.map((version) => join(base, version, "bin")), ...(onPath ? [join(onPath, "..")] : [])];
  return folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
}

function install(): boolean {
  if (process.getuid?.() !== 0 || !Bun.which("apt-get")) return false;
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const options = { env, stdout: "ignore", stderr: "ignore", timeout: 600_000 } as const;
  if (!Bun.spawnSync(aptGet("update"), options).success) return false;
  return Bun.spawnSync(aptGet("install", "-y", "postgresql"), options).success;
}

/** @param binaries the folder that `findPostgres` found */
export async function startPostgres(binaries: string): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), "opm-postgres-"));
  const data = join(folder, "data");
  const log = join(folder, "log");
  const account = await unprivileged();
  if (account !== undefined) await chown(folder, account.uid, account.gid);
  const initdb = [join(binaries, "initdb"), "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"];
  await succeed(as(account, initdb), folder);
  const port = freePort();
  const settings = { listen_addresses: "127.0.0.1", port, unix_socket_directories: folder, fsync: "off", full_page_writes: "off", max_connections: 100 };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  // setpriv replaces itself by the server, so that the process id is the server's.
  const launch = () => Bun.spawn(as(account, [join(binaries, "postgres"), "-D", data, ...options]), { cwd: folder, stdout: "ignore", stderr: Bun.file(log) });
  let server = launch();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const end = async (): Promise<void> => {
    // SIGQUIT: it ends at once. A shutdown in order would write what nobody reads, for longer than a hook waits when the machine is busy.
    server.kill("SIGQUIT");
    const timer = setTimeout(() => server.kill("SIGKILL"), 10_000);
    await server.exited;
    clearTimeout(timer);
  };
  const stop = async (): Promise<void> => {
    await end();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(url, server, log);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    url,
    ...postgresDatabases(url),
    async restart(pause) {
      await end();
      await Bun.sleep(pause);
      server = launch();
      await untilReady(url, server, log);
    },
    stop,
  };
}

/** @param url of a database of the PostgreSQL */
export function postgresDatabases(url: string): PostgresDatabases {
  const templates = new Map<unknown, Promise<string>>();
  const urlOf = (database: string): string => new URL(`/${database}`, url).href;
  const order = async (statement: string): Promise<void> => {
    await using admin = new SQL({ url, adapter: "postgres", max: 1 });
    await admin.unsafe(statement);
  };
  const create = async (template = "template1"): Promise<string> => {
    const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
    await order(`CREATE DATABASE ${name} TEMPLATE ${template}`);
    return name;
  };
  const templateOf = (prepare: (url: string) => Promise<unknown>): Promise<string> => {
    const made = templates.get(prepare) ?? create().then(async (name) => prepare(urlOf(name)).then(() => name));
    templates.set(prepare, made);
    return made;
  };
  return {
    createDatabase: async (prepare) => urlOf(await create(prepare && (await templateOf(prepare)))),
    dropDatabase: (database) => order(`DROP DATABASE ${new URL(database).pathname.slice(1)} WITH (FORCE)`),
  };
}

interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** PostgreSQL refuses to run as root; the package brings an account for it. */
async function unprivileged(): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const line = (await Bun.file("/etc/passwd").text()).split("\n").find((entry) => entry.startsWith("postgres:") || entry.startsWith("nobody:"));
  const [, , uid, gid] = line?.split(":") ?? [];
  if (uid === undefined || gid === undefined) throw new Error("no account 'postgres' or 'nobody' to run PostgreSQL as");
  return { uid: Number(uid), gid: Number(gid) };
}

function as(account: Account | undefined, command: string[]): string[] {
  if (account === undefined) return command;
  return ["setpriv", `--reuid=${account.uid}`, `--regid=${account.gid}`, "--clear-groups", ...command];
}

async function succeed(command: string[], cwd: string): Promise<void> {
  const run = Bun.spawn(command, { cwd, stdout: "ignore", stderr: "pipe", timeout: START_LIMIT });
  const [text, code] = await Promise.all([new Response(run.stderr).text(), run.exited]);
  if (code !== 0) throw new Error(`${command.join(" ")} failed: ${text.trim()}`);
}

function freePort(): number {
  const listener = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
  const { port } = listener;
  listener.stop(true);
  return port;
}

async function untilReady(url: string, server: Bun.Subprocess, log: string): Promise<void> {
  const deadline = Date.now() + START_LIMIT;
  while (true) {
    try {
      await using client = new SQL({ url, adapter: "postgres", max: 1, connectionTimeout: 5 });
      await client.unsafe("SELECT 1");
      return;
    } catch (cause) {
      if (server.exitCode !== null) throw new Error(`PostgreSQL ended: ${(await Bun.file(log).text()).trim()}`, { cause });
      if (Date.now() > deadline) throw new Error("PostgreSQL did not answer in time", { cause });
      await Bun.sleep(50);
    }
  }
}
