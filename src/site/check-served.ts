import { mapParallel } from "../client/plain/parallel.ts";
import type { Connection } from "../client/remote/connection.ts";
import { type CheckedSite, filesOf, type SiteProblem } from "./check-site.ts";
import { CONTENT_DIGEST } from "./headers/rules.ts";
import type { SiteFile } from "./site-file.ts";
import { BASE_PATH } from "./site-paths.ts";

const DIGEST_OF_CONTENT = /\/(?:manifests|blobs)\/[^/]+$/;

/** A name that no repository has. */
const NOWHERE = "/v2/opm-site-check/nowhere/manifests/latest";

/**
 * Asks a host for every file of `/v2/` by HEAD, and looks whether it answers as registry clients need it: with the type and the size of the
 * record, the digest of what has one, and 404 for what is not there.
 * @throws ClientError `network` when nobody answers
 */
export async function checkServed(folder: string, connection: Connection, signal: AbortSignal): Promise<CheckedSite> {
  const files = (await filesOf(folder)).filter(({ path }) => path.startsWith("v2/") && !path.endsWith("/.htaccess"));
  const found = await mapParallel(files, (file) => askFor(file, connection, signal));
  const { status } = await head(connection, NOWHERE, signal);
  const absent = status === 404 ? [] : [{ path: NOWHERE.slice(1), problem: `is answered with status ${status}, not 404, although nothing is there` }];
  return { files: files.length, bytes: files.reduce((sum, { size }) => sum + size, 0), problems: [...found.flat(), ...absent] };
}

async function askFor({ path, size, digest, type }: SiteFile, connection: Connection, signal: AbortSignal): Promise<SiteProblem[]> {
  const { status, headers } = await head(connection, path === BASE_PATH ? "/v2/" : `/${path}`, signal);
  if (status !== 200) return [{ path, problem: `is answered with status ${status}` }];
  const problems: string[] = [];
  const [given, length, named] = [headers.get("Content-Type"), headers.get("Content-Length"), headers.get(CONTENT_DIGEST)];
  if (given?.split(";")[0]?.trim().toLowerCase() !== type) problems.push(`has Content-Type ${given ?? "none"}, not ${type}`);
  if (length !== null && Number(length) !== size) problems.push(`has ${length} bytes there, not ${size}`);
  if (DIGEST_OF_CONTENT.test(path) && named !== digest)
    problems.push(named === null ? `has no ${CONTENT_DIGEST}` : `has ${CONTENT_DIGEST} ${named}, not ${digest}`);
  return problems.map((problem) => ({ path, problem }));
}

async function head(connection: Connection, path: string, signal: AbortSignal): Promise<{ readonly status: number; readonly headers: Headers }> {
  const reply = await connection.transport.send({ method: "HEAD", url: new URL(path, connection.origin), signal });
  await reply.discard();
  return { status: reply.status, headers: reply.headers };
}
