import type { OperationRequest } from "../../../client/extension/operation-request.ts";
import { type HostOptions, registryHost } from "../../options/client.ts";
import { print, printJson } from "../../output/print.ts";
import type { ApiSession } from "../../sessions/package.ts";

type TypeBody = OperationRequest<"putType">["body"];

/** Works on the types of the registry that the options name. @param what is tried, for messages: `list the types of` */
export async function withTypeRegistry<T>(options: HostOptions, what: string, work: (session: ApiSession) => Promise<T>): Promise<T> {
  const { withPackageApi } = await import("../../sessions/package.ts");
  const registry = await registryHost(options);
  return await withPackageApi(options, { registry, what: `cannot ${what} ${registry}` }, work);
}

const DONE = { known: "described", allow: "allowed", deny: "denied" } as const;

/** Describes, allows or denies a type. */
export async function putType(body: TypeBody, options: HostOptions): Promise<void> {
  const reply = await withTypeRegistry(options, "change the types of", ({ call }) => call("putType", { body }));
  if (options.json === true) return printJson(reply);
  if (options.quiet !== true) print(`${DONE[body.rule ?? "known"]} ${body.type}`);
}
