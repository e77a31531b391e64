import type { MetadataReader, MetadataWriter } from "../metadata-store.ts";
import { appendAudit, audit } from "./accounts/audit.ts";
import { sharedSecret } from "./accounts/secrets.ts";
import { createToken, listTokens, revokeToken, token, touchToken } from "./accounts/tokens.ts";
import { createUser, deleteUser, editUser, listUsers, setPassword, user } from "./accounts/users.ts";
import { catalogReads } from "./catalog/reads.ts";
import { blob, deleteBlob, linkBlob, mountBlob, renew, repositoriesWithBlob } from "./content/blobs.ts";
import { claimContent, contentClaim } from "./content/claim.ts";
import { beginCollect, finishCollect, stillCollecting } from "./content/collect.ts";
import { heldContent } from "./content/held.ts";
import { neededContent } from "./content/needed.ts";
import { createUpload } from "./content/open-upload.ts";
import { knowsContent, listContent, reserveContent } from "./content/rows.ts";
import { lastRuns, noteRun } from "./content/runs.ts";
import { deleteUpload, expiredUploads, extendUpload, upload } from "./content/uploads.ts";
import { usage } from "./content/usage.ts";
import { changeCatalog } from "./definitions/change.ts";
import type { Executor } from "./engine/executor.ts";
import { databaseTime } from "./engine/time.ts";
import { collectLinks } from "./manifests/collect-links.ts";
import { deleteManifest } from "./manifests/delete.ts";
import { previewCollect } from "./manifests/preview-collect.ts";
import { putManifest } from "./manifests/put.ts";
import { putFacts } from "./manifests/put-facts.ts";
import { putTag } from "./manifests/put-tag.ts";
import { edges, listReferrers, manifestBody, manifestByDigest, manifestByTag } from "./manifests/reads.ts";
import { restoreTag } from "./manifests/restore-tag.ts";
import { typesOf } from "./manifests/types.ts";
import { listRepositories, repository } from "./repositories/reads.ts";
import { deleteTag } from "./tags/change.ts";
import { tagEvents } from "./tags/events.ts";
import { listTags } from "./tags/list.ts";
import { pruneTags } from "./tags/prune.ts";
import { countPulls } from "./tags/pulls.ts";

/** A method of a port as a function that takes the database connection first. */
type Operation<Method> = Method extends (...values: infer Values) => infer Result ? (x: Executor, ...values: Values) => Result : never;

export type Reads = { readonly [Name in Exclude<keyof MetadataReader, "check">]: Operation<MetadataReader[Name]> };

/** Each is to run in one transaction. */
export type Writes = { readonly [Name in keyof MetadataWriter]: Operation<MetadataWriter[Name]> };

export type WriteName = keyof MetadataWriter;

export const reads: Reads = {
  repository,
  listRepositories,
  blob,
  manifestByTag,
  manifestByDigest,
  listTags,
  listReferrers,
  edges,
  tagEvents,
  repositoriesWithBlob,
  upload,
  expiredUploads,
  user,
  listUsers,
  token,
  listTokens,
  audit,
  usage,
  listContent,
  contentClaim,
  stillCollecting,
  time: databaseTime,
  lastRuns,
  knowsContent,
  manifestBody,
  heldContent,
  typesOf,
  ...catalogReads,
  neededContent,
};

export const writes: Writes = {
  createUpload,
  extendUpload,
  deleteUpload,
  reserveContent,
  linkBlob,
  mountBlob,
  renew,
  deleteBlob,
  putManifest,
  deleteManifest,
  deleteTag,
  collectLinks,
  beginCollect,
  previewCollect,
  finishCollect,
  claimContent,
  noteRun,
  createUser,
  editUser,
  setPassword,
  deleteUser,
  createToken,
  revokeToken,
  touchToken,
  appendAudit,
  changeCatalog,
  restoreTag,
  pruneTags,
  putTag,
  countPulls,
  putFacts,
  sharedSecret,
};

/** Those that the port allows to be lost with the power. */
export const RELAXED: ReadonlySet<WriteName> = new Set([
  "createUpload",
  "extendUpload",
  "deleteUpload",
  "reserveContent",
  "renew",
  "touchToken",
  "previewCollect",
  "countPulls",
  "putFacts",
  "noteRun",
]);
