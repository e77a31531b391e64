import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { MetadataStoreError } from "./error.ts";
import type { MetadataStore } from "./store.ts";
import { accountCases } from "./testing/accounts/account-cases.ts";
import { auditCases } from "./testing/audit/audit-cases.ts";
import { blobCases } from "./testing/blobs/blob-cases.ts";
import { locationCases } from "./testing/blobs/location-cases.ts";
import { contentCollectionCases } from "./testing/collection/content-cases.ts";
import { linkCollectionCases } from "./testing/collection/link-cases.ts";
import { collectorRaceCases } from "./testing/collection/race-cases.ts";
import { runCases } from "./testing/collection/run-cases.ts";
import { claimCases } from "./testing/coordination/claim-cases.ts";
import { leaseCases } from "./testing/coordination/lease-cases.ts";
import { nodeCases } from "./testing/coordination/node-cases.ts";
import { secretCases } from "./testing/coordination/secret-cases.ts";
import { definitionCases } from "./testing/definitions/change-cases.ts";
import type { GetStore } from "./testing/fixture.ts";
import { graphCases } from "./testing/graph/graph-cases.ts";
import { factsCases } from "./testing/manifests/facts-cases.ts";
import { manifestCases } from "./testing/manifests/manifest-cases.ts";
import { referrerCases } from "./testing/manifests/referrer-cases.ts";
import { packageCases } from "./testing/packages/package-cases.ts";
import { repositoryCases } from "./testing/repositories/repository-cases.ts";
import { tagChangeCases } from "./testing/tags/change-cases.ts";
import { policyCases } from "./testing/tags/policy-cases.ts";
import { tagRowCases } from "./testing/tags/row-cases.ts";
import { tagCases } from "./testing/tags/tag-cases.ts";
import { concurrencyCases } from "./testing/together/concurrency-cases.ts";
import { uploadSessionCases } from "./testing/uploads/session-cases.ts";
import { stagingCases } from "./testing/uploads/staging-cases.ts";

/** A store that is empty at first. */
export interface MetadataStoreFixture {
  readonly store: MetadataStore;
  /** Closes the store and removes what is left. */
  readonly close: () => Promise<void>;
}

/** The cases that every driver of the metadata store must pass. */
export function metadataStoreSuite(name: string, open: () => Promise<MetadataStoreFixture>): void {
  describe(`metadata store: ${name}`, () => {
    describe("ports over one store", () => {
      const store = sharedStore(open);
      describe("uploads", () => uploadSessionCases(store));
      describe("staging", () => stagingCases(store));
      describe("blobs", () => blobCases(store));
      describe("manifests", () => {
        manifestCases(store);
        describe("referrers", () => referrerCases(store));
        describe("facts", () => factsCases(store));
      });
      describe("tags", () => {
        tagCases(store);
        tagChangeCases(store);
        describe("policies", () => policyCases(store));
        describe("rows", () => tagRowCases(store));
      });
      describe("repositories", () => repositoryCases(store));
      describe("packages", () => packageCases(store));
      describe("graph", () => graphCases(store));
      describe("definitions", () => definitionCases(store));
      describe("accounts", () => accountCases(store));
      describe("audit", () => auditCases(store));
      describe("secrets", () => secretCases(store));
      describe("leases", () => leaseCases(store));
      describe("changes at the same time", () => concurrencyCases(store));
    });
    describe("collection", () => {
      describe("links", () => linkCollectionCases(freshStore(open)));
      describe("content", () => contentCollectionCases(freshStore(open)));
      describe("beside pushes", () => collectorRaceCases(freshStore(open)));
      describe("runs", () => runCases(freshStore(open)));
    });
    describe("locations", () => locationCases(freshStore(open)));
    describe("claims", () => claimCases(freshStore(open)));
    describe("nodes", () => nodeCases(freshStore(open)));
    describe("closing", () => closingCases(freshStore(open)));
  });
}

function sharedStore(open: () => Promise<MetadataStoreFixture>): GetStore {
  let fixture: MetadataStoreFixture | undefined;
  beforeAll(async () => {
    fixture = await open();
  }, 120_000);
  afterAll(() => fixture?.close(), 120_000);
  return () => opened(fixture);
}

function freshStore(open: () => Promise<MetadataStoreFixture>): GetStore {
  let fixture: MetadataStoreFixture | undefined;
  beforeEach(async () => {
    fixture = await open();
  }, 120_000);
  afterEach(() => fixture?.close(), 120_000);
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
