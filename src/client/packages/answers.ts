import { z } from "zod";
import * as graphs from "../../api/graph.ts";
import { graph } from "../../api/graph.ts";
import { packageDocument, packageList } from "../../api/packages.ts";
import { manifestInfo, resolution, tagDocument, versionList } from "../../api/tags.ts";

/** Answers about packages, from the package API or computed from the distribution API. They differ in what is null only. */

/** Who found the answer: the registry, or the client from what every registry tells. */
const answerSource = z.enum(["server", "computed"]).describe("computed: by opm, as the registry has no package API");
export type AnswerSource = z.infer<typeof answerSource>;

const source = { source: answerSource };
const more = { more: z.boolean().describe("There is more than --limit let in.") };

/** A tag; null is what the distribution API does not tell, or tells in a request for each tag only. */
export const tagAnswer = tagDocument.extend({
  overwrite: tagDocument.shape.overwrite.nullable(),
  moves: tagDocument.shape.moves.nullable(),
  platforms: tagDocument.shape.platforms.nullable(),
  referrers: tagDocument.shape.referrers.nullable(),
  signed: tagDocument.shape.signed.nullable(),
  pushed: tagDocument.shape.pushed.nullable(),
  updated: tagDocument.shape.updated.nullable(),
  pulls: tagDocument.shape.pulls.nullable(),
  pushedBy: tagDocument.shape.pushedBy.nullable(),
});
export type TagAnswer = z.infer<typeof tagAnswer>;

export const tagsAnswer = z.object({ ...source, name: versionList.shape.name, tags: z.array(tagAnswer), ...more });
export const versionsAnswer = versionList.extend({ ...source, versions: z.array(tagAnswer), ...more });
export const resolutionAnswer = resolution.extend(source);
export const graphAnswer = graph.extend(source);
export const dependenciesAnswer = graphs.dependencies.extend({ ...source, ...more });
export const inspectAnswer = manifestInfo.extend({
  ...source,
  pushed: manifestInfo.shape.pushed.nullable(),
  pushedBy: manifestInfo.shape.pushedBy.nullable(),
});

/** A package of a list; of a registry without the package API only the name, and what follows from it, is known. */
const packageAnswer = packageDocument.extend({
  declared: packageDocument.shape.declared.nullable(),
  labels: packageDocument.shape.labels.nullable(),
  visibility: packageDocument.shape.visibility.nullable(),
  policies: packageDocument.shape.policies.nullable(),
  counts: packageDocument.shape.counts.nullable(),
  platforms: packageDocument.shape.platforms.nullable(),
  signed: packageDocument.shape.signed.nullable(),
  pulls: packageDocument.shape.pulls.nullable(),
  created: packageDocument.shape.created.nullable(),
  updated: packageDocument.shape.updated.nullable(),
  actions: packageDocument.shape.actions.nullable(),
});
export type PackageAnswer = z.infer<typeof packageAnswer>;

export const packagesAnswer = packageList.extend({ ...source, repositories: z.array(packageAnswer), ...more });
export const searchAnswer = z.object({
  ...source,
  results: z.array(packageAnswer.extend({ score: z.number() })),
  approximate: z.boolean().describe("Only a bounded set of candidates was ranked."),
});

export type TagsAnswer = z.infer<typeof tagsAnswer>;
export type VersionsAnswer = z.infer<typeof versionsAnswer>;
export type ResolutionAnswer = z.infer<typeof resolutionAnswer>;
export type GraphAnswer = z.infer<typeof graphAnswer>;
export type DependenciesAnswer = z.infer<typeof dependenciesAnswer>;
export type InspectAnswer = z.infer<typeof inspectAnswer>;
export type PackagesAnswer = z.infer<typeof packagesAnswer>;
export type SearchAnswer = z.infer<typeof searchAnswer>;
