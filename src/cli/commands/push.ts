import type { Command } from "commander";
import type { ContentTarget } from "../../client/content/content.ts";
import type { Descriptor, Platform } from "../../oci/descriptor.ts";
import type { ImageReference } from "../../oci/image-reference.ts";
import { repositoryText } from "../arguments/reference.ts";
import { addExamples } from "../help/examples.ts";
import { PLATFORM_OPTION, parsePlatformOption } from "../options/platform.ts";
import { type ArtifactOptions, addArtifactOptions } from "../options/push.ts";
import { collectOption } from "../options/values.ts";
import { CliError, EXIT } from "../output/exit-code.ts";
import { print, printJson, printNote } from "../output/print.ts";
import { describeTransfer } from "../output/transfer-tally.ts";
import { withTransfer } from "../sessions/client.ts";

interface PushOptions extends ArtifactOptions {
  readonly subject?: string;
  readonly platform?: Platform;
  readonly tag?: readonly string[];
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("./push.output.ts")).pushOutput;

/** `opm push`: files as an artifact of a type. */
export function define(command: Command): void {
  command
    .argument("<reference>", "where to, host[:port]/name[:tag]")
    .argument("<files...>", "files, folders, or - for standard input; each also path:media/type")
    .option("-s, --subject <reference>", "the artifact of the same repository that this one is about")
    .option(PLATFORM_OPTION, "make it the entry for this platform of the index that the tag names", parsePlatformOption)
    .option("--tag <tag>", "one more tag (repeatable)", collectOption);
  addArtifactOptions(command).action(run);
  addExamples(
    command,
    ["opm push -t application/vnd.acme.model.v1 localhost:5000/models/a:v1 a.bin", "one file"],
    ["opm push -t application/vnd.acme.report.v1 localhost:5000/r:1 r.txt:text/plain", "a file with a media type of its own"],
    ["opm push -t application/vnd.acme.tool.v1 -p linux/arm64 localhost:5000/x:v2 x", "one platform; push the others to the same tag"],
  );
}

async function run(text: string, files: readonly string[], options: PushOptions): Promise<void> {
  const [{ parseImageReference }, { pushArtifact }, { parseTag }] = await Promise.all([
    import("../../oci/image-reference.ts"),
    import("./push-artifact.ts"),
    import("../../oci/tag.ts"),
  ]);
  const reference = parseImageReference(text);
  if (reference.digest !== undefined) throw new CliError(EXIT.invalid, `'${text}' has a digest: that follows from the content; name a tag, or none`);
  const tags = [...new Set([...(reference.tag === undefined ? [] : [reference.tag]), ...(options.tag ?? []).map(parseTag)])];
  const { platform } = options;
  if (platform !== undefined && tags.length === 0)
    throw new CliError(EXIT.invalid, "a platform needs a tag, whose index it becomes an entry of: write host/name:tag");
  const subject = options.subject === undefined ? undefined : await subjectOf(options.subject, reference);
  const output = await withTransfer(options, (session) => {
    const find = subject === undefined ? {} : { subject: (target: ContentTarget) => subject(target, session.signal) };
    return pushArtifact({ reference, files, tags, ...find, ...(platform !== undefined && { platform }) }, options, session);
  });
  if (options.json === true) return printJson(output);
  print(output.reference);
  if (options.quiet !== true) printNote(`pushed ${describeTransfer(output.transfer)}`);
}

/** A subject is named by a whole reference, or by a tag or digest alone. */
async function subjectOf(text: string, { registry, repository }: ImageReference): Promise<(target: ContentTarget, signal: AbortSignal) => Promise<Descriptor>> {
  const [{ manifestReferenceOf, parseImageReference }, { isDigest }, { isTag }] = await Promise.all([
    import("../../oci/image-reference.ts"),
    import("../../oci/digest.ts"),
    import("../../oci/tag.ts"),
  ]);
  const alone = isDigest(text) || isTag(text) ? text : undefined;
  const named = alone === undefined ? parseImageReference(text) : { registry, repository };
  if (named.registry !== registry || named.repository !== repository) {
    throw new CliError(
      EXIT.invalid,
      `the subject must be in the same repository, ${repositoryText({ registry, repository })}: copy it there first with 'opm copy'`,
    );
  }
  const reference = alone ?? manifestReferenceOf(parseImageReference(text));
  return async (target, signal) => (await target.manifest(reference, { signal })).descriptor;
}
