import { expect, test } from "bun:test";
import type { CollectionStore, Usage } from "../storage/metadata/collection.ts";
import type { Coordination } from "../storage/metadata/coordination.ts";
import { fakePort } from "../storage/metadata/testing/fake-port.ts";
import { createSharedMetrics } from "./metrics.ts";
import { createProcessMetrics } from "./process-metrics.ts";
import { renderMetrics } from "./prometheus.ts";

const USAGE: Usage = { repositories: 1, manifests: 2, tags: 3, blobs: 4, storedBytes: 5, uploads: 6 };

/** A database that gives leases to this process, or has given them to another one. */
function coordinationOf(other?: string) {
  const released: string[] = [];
  const coordination = fakePort<Coordination>({
    takeLease: async ({ holder }) => ({ holder: other ?? holder, until: 1 }),
    releaseLease: async (name) => void released.push(name),
  });
  return { coordination, released };
}

function metricsOver(usage: () => Promise<Usage>, { coordination } = coordinationOf()) {
  const shared = createSharedMetrics({ collection: fakePort<CollectionStore>({ usage }), coordination }, "1.2.3");
  return { ...shared, render: () => renderMetrics(shared.metrics) };
}

test("requests are counted by endpoint, method and status", async () => {
  const metrics = createProcessMetrics(() => 7);
  for (const status of [200, 200, 404]) {
    metrics.begin();
    metrics.end({ endpoint: "blob", method: "GET", status, seconds: 0.002, bytesIn: 0, bytesOut: 10 });
  }
  metrics.begin();
  const text = await renderMetrics(metrics.metrics);
  expect(text).toInclude('opm_http_requests_total{endpoint="blob",method="GET",status="200"} 2');
  expect(text).toInclude('opm_http_requests_total{endpoint="blob",method="GET",status="404"} 1');
  expect(text).toInclude('opm_http_request_duration_seconds_count{endpoint="blob",method="GET"} 3');
  expect(text).toInclude("opm_http_requests_in_flight 1");
  expect(text).toInclude("opm_http_sent_bytes_total 30");
  expect(text).toInclude("opm_login_failures_total 7\n");
});

test("free disk, ages of maintenance and the end of the certificate are shown", async () => {
  const now = Date.UTC(2026, 0, 10);
  let runs: { scrub?: number } = {};
  const { metrics } = createSharedMetrics(
    {
      collection: fakePort<CollectionStore>({ usage: async () => USAGE, lastRuns: async () => ({ collection: now - 90_000, ...runs }) }),
      ...coordinationOf(),
    },
    "1.2.3",
    {
      folders: { content: "/", metadata: "/nowhere/at/all" },
      certificateEnd: () => now + 36 * 3_600_000,
      now: () => now,
    },
  );
  const text = await renderMetrics(metrics);
  expect(text).toMatch(/^opm_disk_free_bytes\{store="content"\} \d{4,}$/m);
  expect(text).toMatch(/^opm_disk_size_bytes\{store="content"\} \d{4,}$/m);
  expect(text).not.toContain('store="metadata"');
  expect(text).toContain("opm_collection_age_seconds 90\n");
  expect(text).not.toMatch(/^opm_scrub_age_seconds /m);
  expect(text).toContain("opm_certificate_days_left 1.5\n");
  runs = { scrub: now - 1000 };
  expect(await renderMetrics(metrics)).toContain("opm_scrub_age_seconds 1\n");
});

test("what is stored and collected is shown, and counted at most once a minute", async () => {
  let counted = 0;
  const metrics = metricsOver(async () => {
    counted++;
    return USAGE;
  });
  metrics.collected({ blobs: 7, bytes: 700 });
  const text = [await metrics.render(), await metrics.render()].join("");
  for (const line of [
    "opm_repositories 1",
    "opm_tags 3",
    "opm_stored_bytes 5",
    "opm_uploads 6",
    "opm_collected_blobs_total 7",
    "opm_collected_bytes_total 700",
  ]) {
    expect(text).toInclude(line);
  }
  expect(text).toInclude('opm_build_info{version="1.2.3"} 1');
  expect(counted).toBe(1);
});

test("what is stored is counted and shown by the process that has the lease, and left to another when it stops", async () => {
  const refuse = () => Promise.reject(new Error("counted without the lease"));
  const elsewhere = await metricsOver(refuse, coordinationOf("another")).render();
  expect(elsewhere).not.toMatch(/^opm_(?:repositories|manifests|tags|blobs|stored_bytes|uploads) /m);
  expect(elsewhere).toInclude("opm_collected_blobs_total 0");
  const here = coordinationOf();
  const metrics = metricsOver(async () => USAGE, here);
  expect(await metrics.render()).toInclude("opm_blobs 4");
  await metrics.stop();
  expect(here.released).toEqual(["usage"]);
});

test("a database that does not answer hides what is stored, not the rest", async () => {
  const text = await metricsOver(() => Promise.reject(new Error("no answer"))).render();
  expect(text).not.toMatch(/^opm_blobs /m);
  expect(text).toInclude("opm_build_info");
});
