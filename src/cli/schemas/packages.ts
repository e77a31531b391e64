import { z } from "zod";
import { OPERATIONS } from "../../api/operations.ts";
import {
  dependenciesAnswer,
  graphAnswer,
  inspectAnswer,
  packagesAnswer,
  resolutionAnswer,
  searchAnswer,
  tagsAnswer,
  versionsAnswer,
} from "../../client/packages/answers.ts";
import type { JsonOutput } from "./outputs.ts";

const more = { more: z.boolean().describe("There is more than --limit let in.") };

/** `opm prune --json` */
const pruneOutput = z.object({ registry: z.string(), repositories: z.array(OPERATIONS.pruneTags.reply) });

/** What the commands of the catalog print. */
export const PACKAGE_OUTPUTS: readonly JsonOutput[] = [
  { command: "list", schema: packagesAnswer },
  { command: "search", schema: searchAnswer },
  { command: "versions", schema: versionsAnswer },
  { command: "versions --all-tags", schema: tagsAnswer },
  { command: "resolve", schema: resolutionAnswer },
  { command: "inspect", schema: inspectAnswer },
  { command: "graph", schema: graphAnswer },
  { command: "deps", schema: dependenciesAnswer },
  { command: "dependents", schema: OPERATIONS.getDependents.reply.extend(more) },
  { command: "uses", schema: OPERATIONS.getContentUses.reply.extend(more) },
  { command: "history", schema: OPERATIONS.getHistory.reply.extend(more) },
  { command: "restore", schema: OPERATIONS.restoreTag.reply },
  { command: "stats", schema: OPERATIONS.getStats.reply },
  { command: "prune", schema: pruneOutput },
  { command: "catalog apply", schema: OPERATIONS.applyCatalog.reply },
  { command: "catalog plan", schema: OPERATIONS.applyCatalog.reply },
  { command: "catalog export", schema: OPERATIONS.exportCatalog.reply },
  { command: "namespace create", schema: OPERATIONS.putNamespace.reply },
  { command: "namespace edit", schema: OPERATIONS.putNamespace.reply },
  { command: "namespace delete", schema: OPERATIONS.deleteNamespace.reply },
  { command: "namespace list", schema: OPERATIONS.listNamespaces.reply.extend(more) },
  { command: "project create", schema: OPERATIONS.putProject.reply },
  { command: "project edit", schema: OPERATIONS.putProject.reply },
  { command: "project delete", schema: OPERATIONS.deleteProject.reply },
  { command: "project list", schema: OPERATIONS.listProjects.reply.extend(more) },
  { command: "repository create", schema: OPERATIONS.putRepository.reply },
  { command: "repository edit", schema: OPERATIONS.putRepository.reply },
  { command: "repository delete", schema: OPERATIONS.deleteRepository.reply },
  { command: "repository list", schema: packagesAnswer },
  { command: "type list", schema: OPERATIONS.listTypes.reply },
  { command: "type add", schema: OPERATIONS.putType.reply },
  { command: "type allow", schema: OPERATIONS.putType.reply },
  { command: "type deny", schema: OPERATIONS.putType.reply },
  { command: "type remove", schema: OPERATIONS.deleteType.reply },
];
