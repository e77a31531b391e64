import type { Command } from "commander";
import type { ReplyOf } from "../../client/extension/operation-request.ts";
import { addExamples } from "../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../options/client.ts";
import { addLimitOptions, type LimitOptions, limitOf, noteRest } from "../options/limit.ts";
import { printJson, printTable } from "../output/print.ts";
import { pagesOf } from "../schemas/reply.ts";

interface DependentsOptions extends ClientOptions, LimitOptions {}

type Row = ReplyOf<"getDependents">["dependents"][number];

/** What `--json` prints. */
export const outputSchema = pagesOf("getDependents");

/** `opm dependents`: what declares that it depends on a package. */
export function define(command: Command): void {
  command.argument("<reference>", "host[:port]/name; with :tag or @digest only what that version satisfies");
  addClientOptions(addLimitOptions(command)).action(run);
  addExamples(
    command,
    ["opm dependents registry.example.com/charts/redis", "who would notice if it were gone"],
    ["opm dependents registry.example.com/charts/redis:18.0.0", "whose requirement this version meets"],
  );
}

async function run(text: string, options: DependentsOptions): Promise<void> {
  const [{ parseImageReference }, { withPackageApi }, { gather }] = await Promise.all([
    import("../../oci/image-reference.ts"),
    import("../sessions/package.ts"),
    import("../../client/packages/server-source.ts"),
  ]);
  const { registry, repository, tag, digest } = parseImageReference(text);
  const reference = digest ?? tag;
  const limit = limitOf(options);
  const query = { ...(reference && { reference }), n: Math.min(limit, 1000) };
  const { first, rows, more } = await withPackageApi(options, { registry, what: `cannot show what depends on ${text}` }, ({ pages }) =>
    gather(pages("getDependents", { name: repository, query }), ({ dependents }) => dependents, limit),
  );
  if (options.json === true) return printJson({ ...first, dependents: rows, more });
  printTable(["DEPENDENT", "REQUIRES", "BY"], rows.map(rowOf), { cut: [1, 2] });
  noteRest({ rows, more }, options);
}

function rowOf({ repository, digest, tags, dependency, declaredBy }: Row): string[] {
  const name = tags.length === 0 ? `${repository}@${digest}` : `${repository}:${tags.join(",")}`;
  return [name, dependency.requirement ?? dependency.digest ?? "any", declaredBy === digest ? dependency.kind : `${dependency.kind}, an SBOM`];
}
