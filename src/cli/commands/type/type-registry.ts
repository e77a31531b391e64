import type { OperationRequest } from "../../../client/extension/operation-request.ts";
import type { HostOptions } from "../../options/client.ts";
import { print, printJson } from "../../output/print.ts";
import type { ApiSession } from "../../sessions/package.ts";

type TypeBody = OperationRequest<"putType">["body"];

/** Works on the types of the registry that the options name. @param what is tried, for messages: `list the types of` */
export async function atRegistry<T>(options: HostOptions, what: string, work: (session: ApiSession) => Promise<T>): Promise<T> {
  const [{ registryHost }, { withPackageApi }] = await Promise.all([import("../../options/client.ts"), import("../../sessions/package.ts")]);
  const registry = await registryHost(options);
  return await withPackageApi(options, { registry, what: `cannot ${what} ${registry}` }, work);
}

const DONE = { known: "described", allow: "allowed", deny: "denied" } as const;

/** Describes, allows or denies a type. */
export async function putType(body: TypeBody, options: HostOptions): Promise<void> {
  const reply = await atRegistry(options, "change the types of", ({ call }) => call("putType", { body }));
  if (options.json === true) return printJson(reply);
  if (options.quiet !== true) print(`${DONE[body.rule ?? "known"]} ${body.type}`);
}
