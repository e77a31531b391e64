import { DOCKER_IMAGE_CONFIG, type ManifestKind, OCI_IMAGE_CONFIG } from "../../../oci/media-types.ts";
import type { RepositoryName } from "../../../oci/name.ts";
import type { Tag } from "../../../oci/tag.ts";
import { classifyTag } from "../../../oci/tag-class.ts";
import { isExempt } from "../repositories/counters.ts";
import type { KnownTypes } from "./description.ts";

/** What the type policy looks at. */
export interface TypedManifest extends KnownTypes {
  readonly kind: ManifestKind;
  /** It has an `artifactType`, whatever it lists. */
  readonly declaresType: boolean;
  readonly hasSubject: boolean;
  /** Why it may not carry its type. */
  readonly typeProblem: string | undefined;
}

/** What a tag would do against the type policy. */
export interface TypeObjection {
  readonly message: string;
  /** False: it cannot be told. Nobody is warned then, but where the policy is enforced it is refused. */
  readonly certain: boolean;
}

/**
 * The tags of a repository have one type, and only what is of a type carries it. Referrers, and tags that hold them, are free
 * of that.
 * @param expected the type of the repository
 */
export function typeObjections(
  { repository, tags }: { readonly repository: RepositoryName; readonly tags: readonly Tag[] },
  manifest: TypedManifest,
  expected: string | undefined,
): TypeObjection[] {
  const tag = tags.find((name) => !isExempt(classifyTag(name, manifest.kind).class));
  if (manifest.hasSubject || tag === undefined) return [];
  const objections = disguises(manifest).map((message) => ({ message, certain: true }));
  if (expected === undefined) return objections;
  const { type, childTypes, declaresType } = manifest;
  const foreign = (type === undefined ? childTypes : [type]).find((other) => other !== undefined && !isSameType(other, expected));
  if (foreign !== undefined) {
    const what = `${type === undefined ? "lists an artifact" : "is"} of type ${foreign}`;
    const next = "push it to a repository of its own, or attach it as a referrer";
    objections.push({ message: `the tag ${tag} of ${repository} ${what}, the other tags there are of type ${expected}: ${next}`, certain: true });
  } else if (!declaresType && childTypes.includes(undefined)) {
    const next = "push what it lists first, or give it an artifactType";
    objections.push({
      message: `the tag ${tag} of ${repository} is an index of what has no known type, the other tags are of type ${expected}: ${next}`,
      certain: false,
    });
  }
  return objections;
}

function disguises({ type, childTypes, typeProblem }: TypedManifest): string[] {
  const problems = typeProblem === undefined ? [] : [typeProblem];
  const other = isSameType(type, OCI_IMAGE_CONFIG) ? childTypes.find((child) => child !== undefined && !isSameType(child, OCI_IMAGE_CONFIG)) : undefined;
  if (other !== undefined) problems.push(`artifactType ${type} is reserved for container images, but the index lists an artifact of type ${other}`);
  return problems;
}

/** Docker's own type of images stands for the same as that of the specification which grew from it. */
function isSameType(a: string | undefined, b: string): boolean {
  const [one, other] = [a, b].map((type) => (type?.toLowerCase() === DOCKER_IMAGE_CONFIG ? OCI_IMAGE_CONFIG : type?.toLowerCase()));
  return one === other;
}
