import { check, fields, list, nullish, text } from "../../oci/shape.ts";
import { ClientError } from "../client-error.ts";
import type { Connection } from "../remote/connection.ts";
import { readJson } from "../remote/json.ts";
import { expectStatus } from "../remote/reply-error.ts";

/** Bytes of the answer. */
const ANSWER_LIMIT = 1024 * 1024;

const EXTENSION = "_opm";

const discoveryShape = fields({ extensions: nullish(list(fields({ name: text }))) });

/** Statuses that say nothing about what the registry has. */
const LATER: ReadonlySet<number> = new Set([429, 502, 503, 504]);

interface Discovery {
  readonly hasApi: boolean;
  /** The list is not for this user: it may be that nothing is. */
  readonly isDenied: boolean;
}

const known = new WeakMap<Connection["transport"], Promise<Discovery>>();

/**
 * Whether a registry has the package API: whether it names `_opm` among its extensions (distribution-spec, extensions/_oci.md).
 * A registry that has no list of extensions, or shows it to nobody, has none. Asked once for each registry.
 * @throws ClientError `network` when the registry cannot be reached or fails
 */
export async function hasPackageApi(connection: Connection): Promise<boolean> {
  return (await discovery(connection)).hasApi;
}

function discovery(connection: Connection): Promise<Discovery> {
  const asked = known.get(connection.transport) ?? discover(connection);
  known.set(connection.transport, asked);
  asked.catch(() => known.delete(connection.transport));
  return asked;
}

/**
 * @throws ClientError `refused` where there is no package API, `permission` where the registry lets this user in nowhere
 * @param what as in `cannot show the history of host/name`
 */
export async function requirePackageApi(connection: Connection, what: string): Promise<void> {
  const { hasApi, isDenied } = await discovery(connection);
  if (hasApi) return;
  if (isDenied) await checkAccess(connection, what);
  throw new ClientError("refused", `${what}: ${connection.registry} has no package API, and what every registry tells does not answer this`);
}

async function discover(connection: Connection): Promise<Discovery> {
  const { origin, transport } = connection;
  const reply = await transport.send({
    method: "GET",
    url: new URL("/v2/_oci/ext/discover", origin),
    headers: { Accept: "application/json" },
    staysWithHost: true,
  });
  if (LATER.has(reply.status)) {
    await reply.discard();
    throw failed(connection, reply.status);
  }
  if (reply.status !== 200 || !/\bjson\b/i.test(reply.headers.get("Content-Type") ?? "")) {
    await reply.discard();
    return { hasApi: false, isDenied: reply.status === 401 || reply.status === 403 };
  }
  const { extensions } = await readJson(reply, (value) => check(discoveryShape, value), ANSWER_LIMIT).catch(() => ({ extensions: [] }));
  return { hasApi: (extensions ?? []).some(({ name }) => name === EXTENSION), isDenied: false };
}

/** Who is let in nowhere is not told what there is. */
async function checkAccess(connection: Connection, what: string): Promise<void> {
  const reply = await connection.transport.send({ method: "GET", url: new URL("/v2/", connection.origin) });
  if (reply.status === 401 || reply.status === 403) await expectStatus(reply, [], { ...connection, what });
  await reply.discard();
}

function failed({ registry }: Connection, status: number): ClientError {
  return new ClientError("network", `cannot ask ${registry} what it can do: it answered with status ${status}; try again later`, { status });
}
