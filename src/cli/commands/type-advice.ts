import { consumeCommand } from "../../artifacts/consume.ts";
import { isImageLayer } from "../../artifacts/image-rule.ts";
import { checkTypeName } from "../../artifacts/type-name.ts";
import { createTypeTable } from "../../artifacts/type-table.ts";
import { DEFAULT_TAG, type ImageReference } from "../../oci/image-reference.ts";
import { OCI_IMAGE_CONFIG } from "../../oci/media-types.ts";
import { CliError, EXIT } from "../output/exit-code.ts";

const TYPES = createTypeTable();

/**
 * Looks at the type that files are pushed as.
 * @returns what is unusual about it, or undefined
 * @throws CliError `invalid` when it is that of container images and the files are no layers of one
 */
export function adviseOnType(type: string, layerTypes: readonly string[]): string | undefined {
  if (type.toLowerCase() === OCI_IMAGE_CONFIG && !layerTypes.every(isImageLayer)) {
    throw new CliError(
      EXIT.invalid,
      `${type} is reserved for container images, and these files are no layers of one: take a type of your own, e.g. application/vnd.example.report.v1+json`,
    );
  }
  if (TYPES.find(type) !== undefined) return undefined;
  const problem = checkTypeName(type);
  return problem === undefined ? undefined : `the type ${type} is unusual: ${problem}`;
}

/** What an artifact is and which command takes it: `a Helm chart (application/…), which 'helm pull …' takes`. */
export function describeUse(type: string | undefined, { registry, repository, tag, digest }: ImageReference): string {
  if (type === undefined) return "an artifact without a type";
  const known = TYPES.find(type);
  if (known === undefined) return `an artifact of the type ${type}`;
  const what = `${/^[aeiou]/i.test(known.title) ? "an" : "a"} ${known.title} (${known.type})`;
  if (known.consume === undefined) return what;
  const named = digest === undefined ? { tag: tag ?? DEFAULT_TAG } : { digest, ...(tag && { tag }) };
  const command = consumeCommand(known.consume, { registry, repository, ...named });
  return command === undefined ? what : `${what}, to be used with: ${command}`;
}

/** What a type is called, else the type itself; `-` where there is none. */
export function typeTitle(type: string | null | undefined): string {
  return type ? (TYPES.find(type)?.title ?? type) : "-";
}
