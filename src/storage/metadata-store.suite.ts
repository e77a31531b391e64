import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { MetadataStoreError } from "./metadata/error.ts";
import type { MetadataStore } from "./metadata/store.ts";
import { catalogGraphCases } from "./testing/catalog-read-graph-cases.ts";
import { catalogPackageCases } from "./testing/catalog-read-package-cases.ts";
import { catalogTagReadCases } from "./testing/catalog-read-tag-cases.ts";
import { catalogChangeCases } from "./testing/catalog-write-change-cases.ts";
import { catalogFactsCases } from "./testing/catalog-write-facts-cases.ts";
import { catalogPolicyCases } from "./testing/catalog-write-policy-cases.ts";
import { catalogTagCases } from "./testing/catalog-write-tag-cases.ts";
import { accountCases } from "./testing/metadata-account-cases.ts";
import { auditCases } from "./testing/metadata-audit-cases.ts";
import { blobCases } from "./testing/metadata-blob-cases.ts";
import { claimCases } from "./testing/metadata-claim-cases.ts";
import { collectorRaceCases } from "./testing/metadata-collector-race-cases.ts";
import { concurrencyCases } from "./testing/metadata-concurrency-cases.ts";
import { contentCollectionCases } from "./testing/metadata-content-collection-cases.ts";
import type { GetStore } from "./testing/metadata-fixture.ts";
import { linkCollectionCases } from "./testing/metadata-link-collection-cases.ts";
import { manifestCases } from "./testing/metadata-manifest-cases.ts";
import { referrerCases } from "./testing/metadata-referrer-cases.ts";
import { repositoryCases } from "./testing/metadata-repository-cases.ts";
import { runCases } from "./testing/metadata-run-cases.ts";
import { secretCases } from "./testing/metadata-secret-cases.ts";
import { tagCases } from "./testing/metadata-tag-cases.ts";
import { uploadSessionCases } from "./testing/metadata-upload-cases.ts";

/** A store that is empty at first. */
export interface MetadataStoreFixture {
  readonly store: MetadataStore;
  /** Closes the store and removes what is left. */
  readonly close: () => Promise<void>;
}

/** The cases that every driver of the metadata store must pass. */
export function metadataStoreSuite(name: string, open: () => Promise<MetadataStoreFixture>): void {
  describe(`metadata store: ${name}`, () => {
    describe("together", () => {
      const store = sharedStore(open);
      describe("repositories", () => repositoryCases(store));
      describe("blobs", () => blobCases(store));
      describe("manifests", () => manifestCases(store));
      describe("tags", () => tagCases(store));
      describe("referrers", () => referrerCases(store));
      describe("uploads", () => uploadSessionCases(store));
      describe("accounts", () => accountCases(store));
      describe("audit", () => auditCases(store));
      describe("secrets", () => secretCases(store));
      describe("facts", () => catalogFactsCases(store));
      describe("tags of the catalog", () => catalogTagCases(store));
      describe("changes of the catalog", () => catalogChangeCases(store));
      describe("policies", () => catalogPolicyCases(store));
      describe("packages", () => catalogPackageCases(store));
      describe("rows of the catalog", () => catalogTagReadCases(store));
      describe("graph and dependencies", () => catalogGraphCases(store));
      describe("concurrency", () => concurrencyCases(store));
    });
    describe("collection of links", () => linkCollectionCases(freshStore(open)));
    describe("collection of content", () => contentCollectionCases(freshStore(open)));
    describe("maintenance", () => runCases(freshStore(open)));
    describe("claims", () => claimCases(freshStore(open)));
    describe("collectors and pushes", () => collectorRaceCases(freshStore(open)));
    describe("closing", () => closingCases(freshStore(open)));
  });
}

function sharedStore(open: () => Promise<MetadataStoreFixture>): GetStore {
  let fixture: MetadataStoreFixture | undefined;
  beforeAll(async () => {
    fixture = await open();
  }, 30_000);
  afterAll(() => fixture?.close(), 30_000);
  return () => opened(fixture);
}

function freshStore(open: () => Promise<MetadataStoreFixture>): GetStore {
  let fixture: MetadataStoreFixture | undefined;
  beforeEach(async () => {
    fixture = await open();
  }, 30_000);
  afterEach(() => fixture?.close(), 30_000);
  return () => opened(fixture);
}

function opened(fixture: MetadataStoreFixture | undefined): MetadataStore {
  if (fixture === undefined) throw new Error("the store was not opened");
  return fixture.store;
}

function closingCases(store: GetStore): void {
  test("an open store is well; a closed one refuses questions and changes", async () => {
    await store().check();
    const running = store().collection.usage();
    const written = store().audit.append([]);
    await Promise.all([running, written]);
    await store().close();
    await store().close();
    const refusals = await Promise.allSettled([store().collection.usage(), store().audit.append([]), store().check()]);
    for (const refusal of refusals) {
      expect(refusal.status).toBe("rejected");
      expect(refusal.status === "rejected" && refusal.reason).toBeInstanceOf(MetadataStoreError);
      expect(refusal.status === "rejected" && refusal.reason).toMatchObject({ reason: "closed" });
    }
  });
}
