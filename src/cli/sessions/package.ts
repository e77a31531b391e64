import type { OperationId } from "../../api/operations.ts";
import type { OperationReply } from "../../client/extension/call-operation.ts";
import type { OperationRequest, ReplyOf } from "../../client/extension/operation-request.ts";
import type { PackageSource } from "../../client/packages/package-source.ts";
import type { ClientOptions } from "../options/client.ts";
import { printNote } from "../output/print.ts";
import { type ClientSession, withClient } from "./client.ts";

/** What a command works with that asks about packages. */
export interface PackageSession extends ClientSession {
  readonly source: PackageSource;
}

/** Runs the work of a command on answers about packages, and says so where the client computes them. */
export async function withPackages<T>(options: ClientOptions, registry: string, work: (session: PackageSession) => Promise<T>): Promise<T> {
  const { openPackageSource } = await import("../../client/packages/open-source.ts");
  return await withClient(options, async (session) => {
    const source = await openPackageSource(session.client, registry, session);
    const answer = await work({ ...session, source });
    if (source.source === "computed" && options.quiet !== true) printNote(`computed by opm, as ${registry} has no package API`);
    return answer;
  });
}

/** What a command works with that takes the package API. */
export interface ApiSession extends ClientSession {
  /** One request; warnings of the registry are printed. */
  call<Id extends OperationId>(id: Id, request: Omit<OperationRequest<Id>, "what" | "signal">): Promise<ReplyOf<Id>>;
  /** The pages of a list. */
  pages<Id extends OperationId>(id: Id, request: Omit<OperationRequest<Id>, "what" | "signal">): AsyncGenerator<OperationReply<ReplyOf<Id>>>;
}

/**
 * Runs the work of a command that only a registry with the package API can do.
 * @param what is tried, as the start of messages: `cannot show the history of host/name`
 * @throws ClientError `refused` where the registry has no package API
 */
export async function withPackageApi<T>(
  options: ClientOptions,
  { registry, what }: { readonly registry: string; readonly what: string },
  work: (session: ApiSession) => Promise<T>,
): Promise<T> {
  const [{ callOperation, callPages }, { requirePackageApi }] = await Promise.all([
    import("../../client/extension/call-operation.ts"),
    import("../../client/extension/discovery.ts"),
  ]);
  return await withClient(options, async (session) => {
    const { signal, warn } = session;
    const connection = session.client.connection(registry);
    await requirePackageApi(connection, what);
    return await work({
      ...session,
      async call<Id extends OperationId>(id: Id, request: Omit<OperationRequest<Id>, "what" | "signal">) {
        const { value, warnings } = await callOperation(connection, id, { ...request, what, signal } as OperationRequest<Id>);
        for (const warning of warnings) warn(warning);
        return value;
      },
      pages: (id, request) => callPages(connection, id, { ...request, what, signal } as OperationRequest<typeof id>),
    });
  });
}
