import { type Command, InvalidArgumentError } from "commander";
import { type Digest, isDigest } from "../../oci/digest.ts";
import { addExamples } from "../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../options/client.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { print, printJson } from "../output/print.ts";
import { replyOf } from "../schemas/reply.ts";

interface RestoreOptions extends ClientOptions {
  readonly digest?: Digest;
}

/** What `--json` prints. */
export const outputSchema = replyOf("restoreTag");

/** `opm restore`: a tag points again to what it pointed to. */
export function define(command: Command): void {
  command
    .argument("<reference>", "the tag, host[:port]/name:tag")
    .option("--digest <digest>", "to this, as 'opm history' names it (default: before the last change)", parseDigestOption);
  addClientOptions(command).action(run);
  addExamples(
    command,
    ["opm restore registry.example.com/team/app:v1.4.2", "undo the last change of the tag"],
    ["opm restore --digest $DIGEST localhost:5000/team/app:latest", "back to something older"],
  );
}

function parseDigestOption(text: string): string {
  if (!isDigest(text)) throw new InvalidArgumentError("Expected sha256:<64 hex> or sha512:<128 hex>.");
  return text;
}

async function run(text: string, options: RestoreOptions): Promise<void> {
  const [{ parseExplicitReference }, { withPackageApi }] = await Promise.all([import("../arguments/reference.ts"), import("../sessions/package.ts")]);
  const { registry, repository, tag, digest } = parseExplicitReference(text);
  if (tag === undefined || digest !== undefined)
    throw new CliError(EXIT.invalid, `'${text}' is no tag alone: write host/name:tag, and the digest with --digest`);
  const body = { tag, ...(options.digest && { digest: options.digest }) };
  const reply = await withPackageApi(options, { registry, what: `cannot restore ${text}` }, ({ call }) => call("restoreTag", { name: repository, body }));
  if (options.json === true) return printJson(reply);
  if (options.quiet !== true) print(`${reply.changed ? "restored" : "unchanged"} ${registry}/${repository}:${reply.tag}@${reply.digest}`);
}
