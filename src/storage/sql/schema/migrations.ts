import { registryMigration } from "./0001-registry.ts";
import { accountsMigration } from "./0002-accounts.ts";
import { catalogMigration } from "./0003-catalog/catalog.ts";
import { searchMigration } from "./0004-search/search.ts";
import { secretsMigration } from "./0005-secrets.ts";
import { accountStatesMigration } from "./0006-account-states.ts";
import { uploadsMigration } from "./0007-uploads.ts";
import { contentClaimMigration } from "./0008-content-claim.ts";
import { auditOrderMigration } from "./0009-audit-order.ts";
import { runsMigration } from "./0010-runs.ts";
import { listedMigration } from "./0011-listed.ts";
import { leasesMigration } from "./0012-leases.ts";
import { locationsMigration } from "./0013-locations.ts";
import { rightsMigration } from "./0014-rights.ts";
import { nodesMigration } from "./0015-nodes.ts";
import type { Migration } from "./migration.ts";

/** In order of their versions, which count from 1 without a gap. */
export const MIGRATIONS: readonly Migration[] = [
  registryMigration,
  accountsMigration,
  catalogMigration,
  searchMigration,
  secretsMigration,
  accountStatesMigration,
  uploadsMigration,
  contentClaimMigration,
  auditOrderMigration,
  runsMigration,
  listedMigration,
  leasesMigration,
  locationsMigration,
  rightsMigration,
  nodesMigration,
];
