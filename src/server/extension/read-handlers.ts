import type { Catalog } from "../../catalog/catalog.ts";
import { listAudit } from "../../catalog/queries/audit.ts";
import { contentUses } from "../../catalog/queries/content-uses.ts";
import { dependencies } from "../../catalog/queries/dependencies.ts";
import { dependents } from "../../catalog/queries/dependents.ts";
import { graph } from "../../catalog/queries/graph.ts";
import { tagHistory } from "../../catalog/queries/history.ts";
import { manifestInfo } from "../../catalog/queries/manifest-info.ts";
import { listNodes } from "../../catalog/queries/nodes.ts";
import { getPackage } from "../../catalog/queries/package-document.ts";
import { listPackages, packageFacets, searchPackages } from "../../catalog/queries/packages.ts";
import { planPull } from "../../catalog/queries/plan-pull.ts";
import { getNamespace, getProject, listNamespaces, listProjects } from "../../catalog/queries/projects.ts";
import { resolveVersion } from "../../catalog/queries/resolve.ts";
import { createStatistics } from "../../catalog/queries/stats.ts";
import { listTags } from "../../catalog/queries/tags.ts";
import { listTypes } from "../../catalog/queries/types.ts";
import { listVersions } from "../../catalog/queries/versions.ts";
import { OCI_IMAGE_INDEX } from "../../oci/media-types.ts";
import { NDJSON_MEDIA_TYPE } from "./accept.ts";
import type { Handlers } from "./handler.ts";
import { historyIndex, tagIndex } from "./index-representation.ts";

/** The operations that only look. */
export function createReadHandlers(catalog: Catalog) {
  const statistics = createStatistics(catalog);
  return {
    listNamespaces: (call, { query, after }) => listNamespaces(call.catalog, call.principal, query, after),
    listProjects: (call, { query, after }) => listProjects(call.catalog, call.principal, query, after),
    async listPackages(call, { query, after }) {
      const page = await listPackages(call.catalog, call.principal, query, after);
      const lines = () => page.reply.repositories.map((document) => `${JSON.stringify(document)}\n`).join("");
      return { ...page, alternatives: { [NDJSON_MEDIA_TYPE]: lines } };
    },
    searchPackages: async (call, { query }) => ({ reply: await searchPackages(call.catalog, call.principal, query) }),
    getFacets: async (call, { query }) => ({ reply: await packageFacets(call.catalog, call.principal, query) }),
    listTypes: async (call) => ({ reply: listTypes(call.catalog) }),
    getStats: async (call, { query }) => ({ reply: await statistics.read(call.principal, query) }),
    getContentUses: (call, { query, after }) => contentUses(call.catalog, call.principal, query, after),

    getPackage: async (call, { path }) => ({ reply: await getPackage(call.catalog, call.principal, path.name) }),
    getManifestInfo: async (call, { path, query }) => ({ reply: await manifestInfo(call.catalog, path.name, query.reference, call.host) }),
    async listTags(call, { path, query, after }) {
      const page = await listTags(call.catalog, path.name, query, after);
      return { ...page, alternatives: { [OCI_IMAGE_INDEX]: () => tagIndex(page.reply) } };
    },
    listVersions: (call, { path, query, after }) => listVersions(call.catalog, path.name, query, after),
    resolveVersion: async (call, { path, query }) => ({ reply: await resolveVersion(call.catalog, path.name, query) }),
    async getHistory(call, { path, query, after }) {
      const { held, ...page } = await tagHistory(call.catalog, path.name, query, after);
      return { ...page, alternatives: { [OCI_IMAGE_INDEX]: () => historyIndex(page.reply, held) } };
    },
    getGraph: async (call, { path, query }) => ({ reply: await graph(call.catalog, path.name, query) }),
    getDependencies: (call, { path, query, after }) => dependencies(call.catalog, call.principal, path.name, query, after),
    getDependents: (call, { path, query, after }) => dependents(call.catalog, call.principal, path.name, query, after),
    planPull: async (call, { path, body }) => ({ reply: await planPull(call.catalog, path.name, body) }),

    async getNamespace(call, { path }) {
      call.catalog.access.authorizeCatalog(call.principal);
      return { reply: await getNamespace(call.catalog, call.principal, path.namespace) };
    },
    async getProject(call, { path }) {
      call.catalog.access.authorizeCatalog(call.principal);
      return { reply: await getProject(call.catalog, call.principal, path.namespace, path.project) };
    },
    async listNodes(call) {
      call.catalog.access.authorizeAdministration(call.principal);
      return { reply: await listNodes(call.catalog) };
    },
    async listAudit(call, { query, after }) {
      call.catalog.access.authorizeAdministration(call.principal);
      return listAudit(call.catalog, query, after);
    },
  } satisfies Partial<Handlers>;
}
