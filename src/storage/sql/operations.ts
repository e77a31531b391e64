import { appendAudit, audit } from "./accounts/audit.ts";
import { loginFailures, noteLoginFailure } from "./accounts/login-failures.ts";
import { rightsRevision } from "./accounts/rights.ts";
import { createToken, listTokens, revokeToken, token, touchToken } from "./accounts/tokens.ts";
import { createUser, deleteUser, editUser, listUsers, setPassword, user } from "./accounts/users.ts";
import { catalogRevision, declaredCatalog, namespace, project, repositoryDefinition } from "./catalog/declared.ts";
import { dependencies, dependents, providedKeys, providers } from "./catalog/graph/dependencies.ts";
import { edgesFrom, edgesTo, graphManifests } from "./catalog/graph/edges.ts";
import { contentLinks, manifestsWithoutFacts } from "./catalog/graph/links.ts";
import { contentUses } from "./catalog/graph/uses.ts";
import { manifestSummary, tagsOf } from "./catalog/manifests.ts";
import { countPackages, listPackages, packageFacets } from "./catalog/packages/list.ts";
import { packageRow } from "./catalog/packages/rows.ts";
import { searchPackages } from "./catalog/packages/search.ts";
import { policies } from "./catalog/policies.ts";
import { listNamespaces, listProjects } from "./catalog/projects.ts";
import { listTagRows, tagRow } from "./catalog/tags/list.ts";
import { blob, deleteBlob, linkBlob, linkBlobUnreserved, mountBlob, renew, repositoriesWithBlob } from "./content/blobs.ts";
import { beginCollect, finishCollect, stillCollecting } from "./content/collect.ts";
import { heldContent } from "./content/held.ts";
import { lastRuns, noteRun, usage } from "./content/maintenance.ts";
import { neededContent } from "./content/needed.ts";
import { createUpload } from "./content/open-upload.ts";
import { knowsContent, listContent, relocateContent, reserveContent } from "./content/rows.ts";
import { findStaged, listStaged, putStaged, removeStaged } from "./content/staging.ts";
import { deleteUpload, expiredUploads, extendUpload, upload } from "./content/uploads.ts";
import { claimContent, contentClaim, databaseTime, lease, releaseLease, sharedSecret, takeLease } from "./coordination.ts";
import { changeCatalog } from "./definitions/change.ts";
import { collectLinks, previewCollect } from "./manifests/collect-links.ts";
import { deleteManifest } from "./manifests/delete.ts";
import { putManifest } from "./manifests/put.ts";
import { putTag } from "./manifests/put-tag.ts";
import { edges, listReferrers, manifestBody, manifestByDigest, manifestByTag, typesOf } from "./manifests/reads.ts";
import { putFacts } from "./manifests/refresh.ts";
import { restoreTag } from "./manifests/restore-tag.ts";
import { announceNode, listNodes, retireNode } from "./nodes.ts";
import { change, type NamedOperation, type Operation, type Operations, question, relaxed } from "./operation.ts";
import { listRepositories, repository } from "./repositories/reads.ts";
import { deleteTag, pruneTags } from "./tags/change.ts";
import { countPulls } from "./tags/pulls.ts";
import { listTags, tagEvents } from "./tags/reads.ts";

/** What each method of the ports does, on both databases. */
const operations: Operations = {
  uploads: {
    find: question(upload),
    listExpired: question(expiredUploads),
    open: relaxed(createUpload),
    extend: relaxed(extendUpload),
    end: relaxed(deleteUpload),
  },
  staging: {
    find: question(findStaged),
    list: question(listStaged),
    put: relaxed(putStaged),
    remove: relaxed(removeStaged),
  },
  blobs: {
    find: question(blob),
    listRepositories: question(repositoriesWithBlob),
    reserve: relaxed(reserveContent),
    link: change(linkBlob),
    linkUnreserved: change(linkBlobUnreserved),
    relocate: change(relocateContent),
    mount: change(mountBlob),
    renew: relaxed(renew),
    delete: change(deleteBlob),
  },
  manifests: {
    findByTag: question(manifestByTag),
    findByDigest: question(manifestByDigest),
    summary: question(manifestSummary),
    edges: question(edges),
    listReferrers: question(listReferrers),
    types: question(typesOf),
    listWithoutFacts: question(manifestsWithoutFacts),
    put: change(putManifest),
    putFacts: relaxed(putFacts),
    delete: change(deleteManifest),
  },
  tags: {
    list: question(listTags),
    listRows: question(listTagRows),
    row: question(tagRow),
    listOf: question(tagsOf),
    listEvents: question(tagEvents),
    put: change(putTag),
    restore: change(restoreTag),
    delete: change(deleteTag),
    prune: change(pruneTags),
    countPulls: relaxed(countPulls),
  },
  repositories: {
    find: question(repository),
    list: question(listRepositories),
    policies: question(policies),
  },
  packages: {
    list: question(listPackages),
    find: question(packageRow),
    count: question(countPackages),
    facets: question(packageFacets),
    search: question(searchPackages),
    listNamespaces: question(listNamespaces),
    listProjects: question(listProjects),
  },
  graph: {
    edgesFrom: question(edgesFrom),
    edgesTo: question(edgesTo),
    manifests: question(graphManifests),
    held: question(heldContent),
    uses: question(contentUses),
    dependencies: question(dependencies),
    providedKeys: question(providedKeys),
    providers: question(providers),
    dependents: question(dependents),
    links: question(contentLinks),
    needed: question(neededContent),
  },
  definitions: {
    namespace: question(namespace),
    project: question(project),
    repository: question(repositoryDefinition),
    declared: question(declaredCatalog),
    revision: question(catalogRevision),
    rights: question(rightsRevision),
    change: change(changeCatalog),
  },
  collection: {
    stillCollecting: question(stillCollecting),
    listContent: question(listContent),
    manifestBody: question(manifestBody),
    knows: question(knowsContent),
    usage: question(usage),
    lastRuns: question(lastRuns),
    collectLinks: change(collectLinks),
    begin: change(beginCollect),
    finish: change(finishCollect),
    preview: relaxed(previewCollect),
    noteRun: relaxed(noteRun),
  },
  accounts: {
    user: question(user),
    listUsers: question(listUsers),
    token: question(token),
    listTokens: question(listTokens),
    createUser: change(createUser),
    editUser: change(editUser),
    setPassword: change(setPassword),
    deleteUser: change(deleteUser),
    createToken: change(createToken),
    revokeToken: change(revokeToken),
    touchToken: relaxed(touchToken),
    loginFailures: question(loginFailures),
    noteLoginFailure: relaxed(noteLoginFailure),
  },
  audit: {
    list: question(audit),
    append: change(appendAudit),
  },
  coordination: {
    time: question(databaseTime),
    contentClaim: question(contentClaim),
    lease: question(lease),
    takeLease: relaxed(takeLease),
    releaseLease: relaxed(releaseLease),
    claimContent: change(claimContent),
    sharedSecret: change(sharedSecret),
    nodes: question(listNodes),
    announceNode: relaxed(announceNode),
    retireNode: relaxed(retireNode),
  },
};

/** All of them, each once. */
export const namedOperations: readonly NamedOperation[] = Object.entries(operations).flatMap(([port, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ ...(operation as Operation<readonly unknown[], unknown>), port, method, name: `${port}.${method}` })),
);
