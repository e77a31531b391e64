import type { MetadataReader, MetadataWriter } from "../metadata-store.ts";
import { appendAudit, audit } from "./audit.ts";
import { blob, deleteBlob, linkBlob, mountBlob, renew, repositoriesWithBlob } from "./blobs.ts";
import { catalogReads } from "./catalog-reads.ts";
import { changeCatalog } from "./change-catalog.ts";
import { beginCollect, finishCollect, stillCollecting } from "./collect-content.ts";
import { collectLinks } from "./collect-links.ts";
import { knowsContent, listContent, reserveContent } from "./content.ts";
import { claimContent, contentClaim } from "./content-claim.ts";
import { countPulls } from "./count-pulls.ts";
import { databaseTime } from "./database-time.ts";
import { deleteManifest } from "./delete-manifest.ts";
import type { Executor } from "./executor.ts";
import { heldContent } from "./held-content.ts";
import { edges, listReferrers, manifestBody, manifestByDigest, manifestByTag } from "./manifest-reads.ts";
import { neededContent } from "./needed-content.ts";
import { createUpload } from "./open-upload.ts";
import { previewCollect } from "./preview-collect.ts";
import { pruneTags } from "./prune-tags.ts";
import { putFacts } from "./put-facts.ts";
import { putManifest } from "./put-manifest.ts";
import { putTag } from "./put-tag.ts";
import { listRepositories, repository } from "./repositories.ts";
import { restoreTag } from "./restore-tag.ts";
import { lastRuns, noteRun } from "./runs.ts";
import { sharedSecret } from "./secrets.ts";
import { listTags, tagEvents } from "./tag-reads.ts";
import { deleteTag } from "./tags.ts";
import { createToken, listTokens, revokeToken, token, touchToken } from "./tokens.ts";
import { typesOf } from "./types-of.ts";
import { deleteUpload, expiredUploads, extendUpload, upload } from "./uploads.ts";
import { usage } from "./usage.ts";
import { createUser, deleteUser, editUser, listUsers, setPassword, user } from "./users.ts";

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
