import { type Command, InvalidArgumentError, Option } from "commander";
import type { PackagesQuery } from "../../client/packages/package-source.ts";
import type { TagClass } from "../../oci/tag-class.ts";
import { collectPlatforms, PLATFORM_OPTION } from "./platform.ts";
import { collectOption, parseTimeOption } from "./values.ts";

const TAG_CLASSES: readonly TagClass[] = ["semver", "floating", "referrers", "attachment", "opaque"];

/** The filters of the package API, under the same names. */
export interface FilterOptions {
  readonly namespace?: string;
  readonly project?: string;
  readonly type?: string[];
  readonly artifactType?: string[];
  readonly platform?: string[];
  readonly class?: TagClass[];
  readonly annotation?: string[];
  readonly label?: string[];
  readonly signed?: boolean;
  readonly referrer?: string[];
  readonly since?: string;
  readonly until?: string;
}

/** Adds an option for each filter. All must hold; of a repeated one any, but every annotation, label and referrer. */
export function addFilterOptions(command: Command): Command {
  return command
    .optionsGroup("Filters:")
    .option("--namespace <name>", "of this namespace")
    .option("--project <name>", "of projects of this name")
    .option("-t, --type <type>", "of this effective type (repeatable)", collectOption)
    .option("--artifact-type <type>", "with this artifactType (repeatable)", collectOption)
    .option(PLATFORM_OPTION, "for this platform (repeatable)", collectPlatforms)
    .addOption(classOption("with a tag of this class (repeatable)"))
    .option("--annotation <key[=value]>", "with this annotation (repeatable)", collectOption)
    .option("--label <key[=value]>", "with this label (repeatable)", collectOption)
    .option("--signed", "with a signature")
    .option("--no-signed", "without a signature")
    .option("--referrer <type>", "with a referrer of this type (repeatable)", collectOption)
    .option("--since <time>", "changed since: a date, a time or an age such as 7d", parseTimeOption)
    .option("--until <time>", "changed before: a date, a time or an age", parseTimeOption)
    .optionsGroup("Options:");
}

/** `--class`, which may be given several times. */
export function classOption(description: string): Option {
  return new Option("--class <class>", description).choices(TAG_CLASSES).argParser(collectClass);
}

function collectClass(text: string, previous: readonly TagClass[] = []): TagClass[] {
  const found = TAG_CLASSES.find((name) => name === text);
  if (found === undefined) throw new InvalidArgumentError(`Allowed choices are ${TAG_CLASSES.join(", ")}.`);
  return [...previous, found];
}

/** The parameters that the options stand for. */
export function filterQuery(options: FilterOptions): PackagesQuery {
  const { namespace, project, type, artifactType, platform, class: classes, annotation, label, signed, referrer, since, until } = options;
  const query = { namespace, project, type, artifactType, platform, class: classes, annotation, label, signed, referrer, since, until };
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}
