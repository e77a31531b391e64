import { isDigest } from "../oci/digest.ts";
import { ContentError } from "./content-error.ts";
import type { FactCollector } from "./fact-collector.ts";
import { parseImageName } from "./image-name.ts";

const NAME = "org.opencontainers.image.base.name";
const DIGEST = "org.opencontainers.image.base.digest";

/**
 * Notes the base image that annotations or labels name (image-spec, annotations.md).
 * @throws ContentError when there is a name that is no reference to an image
 */
export function addBaseImage(values: ReadonlyMap<string, string>, facts: FactCollector): void {
  const written = values.get(NAME);
  // Builders without a base write nothing, or what stands for nothing.
  if (!written || written === "scratch") return;
  const name = parseImageName(written);
  if (name === undefined) throw new ContentError(`${NAME} '${written.slice(0, 100)}' is no reference to an image`);
  const declared = values.get(DIGEST);
  const digest = declared !== undefined && isDigest(declared) ? declared : name.digest;
  facts.dependency({
    kind: "base-image",
    key: `oci:${name.repository}`,
    name: written,
    registry: name.registry,
    ...(name.tag !== undefined && { requirement: name.tag }),
    ...(digest !== undefined && { digest }),
  });
}
