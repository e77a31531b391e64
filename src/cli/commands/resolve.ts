import type { Command } from "commander";
import type { Platform } from "../../oci/descriptor.ts";
import { formatPlatform } from "../../oci/platform.ts";
import { addExamples } from "../help/examples.ts";
import { addClientOptions, type ClientOptions } from "../options/client.ts";
import { PLATFORM_OPTION, parsePlatformOption } from "../options/platform.ts";
import { collectOption } from "../options/values.ts";
import { print, printJson } from "../output/print.ts";

interface ResolveOptions extends ClientOptions {
  readonly range?: string;
  readonly platform?: Platform;
  readonly prerelease?: boolean;
  readonly type?: string[];
}

/** What `--json` prints. */
export const outputSchema = async () => (await import("../../client/packages/answers.ts")).resolutionAnswer;

/** `opm resolve`: the digest for a range, or a tag, and a platform. */
export function define(command: Command): void {
  command
    .argument("<repository>", "host[:port]/name, with :tag or @range; without both the latest version")
    .option("--range <range>", "the highest version in this range, e.g. ^1.2")
    .option(PLATFORM_OPTION, "the manifest for this platform, of the highest version that has it", parsePlatformOption)
    .option("--prerelease", "pre-releases, too")
    .option("-t, --type <type>", "only what is of this type (repeatable)", collectOption);
  addClientOptions(command).action(run);
  addExamples(
    command,
    ["opm resolve registry.example.com/team/app@^1.2", "a reference with tag and digest"],
    ['opm pull "$(opm resolve localhost:5000/team/app@~2.1 -p linux/arm64)"', "the highest 2.1 that runs on ARM"],
  );
}

async function run(text: string, options: ResolveOptions): Promise<void> {
  const [{ parseResolveArgument }, { withPackages }] = await Promise.all([import("../arguments/reference.ts"), import("../sessions/package.ts")]);
  const { registry, repository, tag, range } = parseResolveArgument(text, options.range);
  const { platform, prerelease, type } = options;
  const query = {
    ...(tag && { tag }),
    ...(range && { range }),
    ...(platform && { platform: formatPlatform(platform) }),
    ...(prerelease && { prerelease }),
    ...(type && { type }),
  };
  const answer = await withPackages(options, registry, ({ source }) => source.resolve(repository, query));
  if (options.json === true) return printJson(answer);
  print(`${registry}/${repository}:${answer.tag}@${(answer.platform ?? answer.descriptor).digest}`);
}
