import type { Descriptor } from "../../oci/descriptor.ts";
import { manifestKind } from "../../oci/media-types.ts";
import type { Tag } from "../../oci/tag.ts";
import { classifyTag, isImmutable } from "../../oci/tag-class.ts";
import type { TagAnswer } from "../packages/answers.ts";
import type { PlainArtifact, PlainRepository } from "./plain-repository.ts";
import { contentTypeOf, descriptorOf, platformsOf } from "./platforms.ts";

/** A tag as lists show it. @param head what the tag names @param artifact the same where it was read, for more of it */
export async function tagAnswer(
  repository: PlainRepository,
  tag: Tag,
  { head, artifact, resolvesTo }: { readonly head: Descriptor; readonly artifact?: PlainArtifact | undefined; readonly resolvesTo?: Tag | null | undefined },
): Promise<TagAnswer> {
  const { class: tagClass, rule, version, prerelease } = classifyTag(tag, manifestKind(head.mediaType));
  const facts = artifact && (await repository.facts(artifact));
  return {
    tag,
    class: tagClass,
    rule,
    version: version ?? null,
    prerelease,
    immutable: isImmutable(tagClass),
    overwrite: null,
    resolvesTo: resolvesTo ?? null,
    moves: null,
    descriptor: artifact ? descriptorOf(artifact) : { mediaType: head.mediaType, digest: head.digest, size: head.size },
    contentType: artifact ? await contentTypeOf(repository, artifact) : null,
    title: facts?.title ?? null,
    description: facts?.description ?? null,
    platforms: artifact ? await platformsOf(repository, artifact) : null,
    referrers: null,
    signed: null,
    pushed: null,
    updated: null,
    pulled: null,
    pulls: null,
    pushedBy: null,
    problem: facts?.problem ?? null,
  };
}
