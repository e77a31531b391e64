import { applyCatalog } from "../../catalog/apply.ts";
import { deleteType, putType } from "../../catalog/artifact-types.ts";
import { exportCatalog } from "../../catalog/export.ts";
import { deleteNamespace, deleteProject, putNamespace, putProject } from "../../catalog/projects.ts";
import { pruneTags } from "../../catalog/prune.ts";
import { putTag } from "../../catalog/put-tag.ts";
import { listTypes } from "../../catalog/queries/types.ts";
import { deleteRepository, putRepository } from "../../catalog/repositories.ts";
import { restoreTag } from "../../catalog/restore.ts";
import { parseTag } from "../../oci/tag.ts";
import { checkPush } from "../../registry/manifests.ts";
import type { Handlers } from "./handler.ts";

/** The operations that change something, and the export of what was declared. */
export const WRITE_HANDLERS = {
  restoreTag: async (call, { path, body }) => restoreTag(call.catalog, call, path.name, body),
  putTag: (call, { path, body }) => putTag(call.catalog, call, path.name, body),
  async checkPush(call, { path, body }) {
    const tags = body.tags.map(parseTag);
    const push = { repository: path.name, tags, contentType: body.mediaType, body: Buffer.from(body.manifest), actor: call.actor };
    const { missing, warnings } = await checkPush(call.catalog, push);
    return { reply: { name: path.name, missing: [...missing], warnings: warnings.map(({ message }) => message) } };
  },
  pruneTags: (call, { path, body }) => pruneTags(call.catalog, call, path.name, body),

  putNamespace: async (call, { path, body }) => ({ reply: await putNamespace(call.catalog, call, path.namespace, body) }),
  async deleteNamespace(call, { path }) {
    await deleteNamespace(call.catalog, call, path.namespace);
    return { reply: { deleted: path.namespace } };
  },
  putProject: async (call, { path, body }) => ({ reply: await putProject(call.catalog, call, path, body) }),
  async deleteProject(call, { path }) {
    await deleteProject(call.catalog, call, path.namespace, path.project);
    return { reply: { deleted: `${path.namespace}/${path.project}` } };
  },
  putRepository: async (call, { path, body }) => ({ reply: await putRepository(call.catalog, call, path.name, body) }),
  async deleteRepository(call, { path }) {
    const warnings = await deleteRepository(call.catalog, call, path.name);
    return { reply: { deleted: path.name }, warnings };
  },
  exportCatalog: async (call) => ({ reply: await exportCatalog(call.catalog, call) }),
  applyCatalog: async (call, { body }) => ({ reply: await applyCatalog(call.catalog, call, body) }),
  async putType(call, { body }) {
    await putType(call.catalog, call, body);
    return { reply: listTypes(call.catalog) };
  },
  async deleteType(call, { query }) {
    await deleteType(call.catalog, call, query.type, query.rule);
    return { reply: { deleted: query.type } };
  },
} satisfies Partial<Handlers>;
