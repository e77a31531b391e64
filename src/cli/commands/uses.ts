import type { Command } from "commander";
import { isDigest, parseDigest } from "../../oci/digest.ts";
import { addExamples } from "../help/examples.ts";
import { addHostOptions, type HostOptions, registryHost } from "../options/client.ts";
import { addLimitOptions, type LimitOptions, limitOf, noteRest } from "../options/limit.ts";
import { printJson, printTable } from "../output/print.ts";
import { shortDigest } from "../output/short-text.ts";
import { pagesOf } from "../schemas/reply.ts";

interface UsesOptions extends HostOptions, LimitOptions {}

/** What `--json` prints. */
export const outputSchema = pagesOf("getContentUses");

/** `opm uses`: where content is used, in all repositories. */
export function define(command: Command): void {
  command.argument("<content>", "a digest or name[:tag], with --registry; or host[:port]/name[:tag][@digest]");
  addHostOptions(addLimitOptions(command)).action(run);
  addExamples(
    command,
    ["opm uses --registry registry.example.com $DIGEST", "which images have this layer"],
    ["opm uses localhost:5000/team/base:v1", "where else this manifest is"],
  );
}

async function run(content: string, options: UsesOptions): Promise<void> {
  const [{ manifestReferenceOf, parseImageReference }, { withPackageApi }, { gather }] = await Promise.all([
    import("../../oci/image-reference.ts"),
    import("../sessions/package.ts"),
    import("../../client/packages/server-source.ts"),
  ]);
  // one cut short, as tables show it, is no tag of a repository called sha256
  const reference = /^sha(?:256|512):/.test(content) ? undefined : parseImageReference(await withRegistry(content, options));
  if (reference === undefined) parseDigest(content);
  const registry = reference?.registry ?? (await registryHost(options));
  const limit = limitOf(options);
  const { first, rows, more } = await withPackageApi(options, { registry, what: `cannot show where ${content} is used` }, async ({ pages, client, signal }) => {
    const named = reference && manifestReferenceOf(reference);
    let digest: string = named ?? content;
    if (reference !== undefined && named !== undefined && !isDigest(named)) {
      digest = (await client.repository(registry, reference.repository).getManifest(named, { signal })).descriptor.digest;
    }
    return await gather(pages("getContentUses", { query: { digest, n: Math.min(limit, 1000) } }), ({ uses }) => uses, limit);
  });
  if (options.json === true) return printJson({ ...first, uses: rows, more });
  printTable(
    ["REPOSITORY", "AS", "OF MANIFEST", "TAGS"],
    rows.map(({ repository, kind, manifest, tags }) => [repository, kind, shortDigest(manifest), tags.join(", ") || "-"]),
    { cut: [3] },
  );
  noteRest({ rows, more }, options);
}

/** The text of a reference with the registry that `--registry` or OPM_REGISTRY names, as for all that is asked of a whole registry. */
async function withRegistry(text: string, options: UsesOptions): Promise<string> {
  if (!options.registry && !process.env.OPM_REGISTRY) return text;
  const { hostArgument } = await import("../arguments/host.ts");
  const { registry, rest } = await hostArgument(text, options);
  return rest.startsWith(`${registry}/`) ? rest : `${registry}/${rest}`;
}
