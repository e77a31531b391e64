import { consumeCommand } from "../../artifacts/consume.ts";
import { summarizeContent } from "../../artifacts/content-summary.ts";
import { isSignatureType } from "../../artifacts/signature-types.ts";
import { type Digest, isDigest } from "../../oci/digest.ts";
import { signerTag } from "../../oci/signer-tag.ts";
import type { Tag } from "../../oci/tag.ts";
import type { InspectAnswer } from "../packages/answers.ts";
import { absent, type PlainRepository } from "./plain-repository.ts";
import { contentTypeOf, descriptorOf, platformsOf } from "./platforms.ts";
import { knownTags } from "./tag-digests.ts";

/** What an artifact says about itself, and how to use it. @throws ClientError `not-found` */
export async function plainInspect(repository: PlainRepository, reference: Tag | Digest): Promise<InspectAnswer> {
  const artifact = await repository.artifact(reference);
  if (artifact === undefined) throw absent(repository, reference);
  const { digest } = artifact.descriptor;
  const [facts, contentType, platforms, referrers, known, summary] = await Promise.all([
    repository.facts(artifact),
    contentTypeOf(repository, artifact),
    platformsOf(repository, artifact),
    repository.referrers(digest),
    knownTags(repository, reference),
    summarizeContent(artifact.manifest.edges, {
      edges: async (child) => (await repository.artifact(child))?.manifest.edges,
      read: repository.read,
    }),
  ]);
  const tags = known.of(digest);
  const type = contentType === null ? undefined : repository.types.find(contentType);
  const tag = isDigest(reference) ? tags[0] : reference;
  const counts: Record<string, number> = {};
  for (const { artifactType } of referrers) if (artifactType) counts[artifactType] = (counts[artifactType] ?? 0) + 1;
  return {
    source: "computed",
    name: repository.repository,
    descriptor: descriptorOf(artifact),
    contentType,
    typeTitle: type?.title ?? null,
    consume:
      (type?.consume &&
        consumeCommand(type.consume, { registry: repository.registry, repository: repository.repository, digest, ...(tag !== undefined && { tag }) })) ??
      null,
    tags,
    subject: artifact.manifest.subject ?? null,
    annotations: { ...artifact.manifest.annotations },
    labels: { ...facts.labels },
    title: facts.title ?? null,
    description: facts.description ?? null,
    platforms,
    ...summary,
    referrers: counts,
    signed: Object.keys(counts).some(isSignatureType) || (await hasSignatureTag(repository, digest)),
    pushed: null,
    pushedBy: null,
    problem: facts.problem ?? null,
  };
}

/** Where cosign puts signatures beside an image. */
async function hasSignatureTag(repository: PlainRepository, digest: Digest): Promise<boolean> {
  const tag = signerTag(digest, "sig");
  return tag !== undefined && (await repository.tags()).includes(tag);
}
