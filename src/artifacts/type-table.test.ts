import { describe, expect, test } from "bun:test";
import { createTypeTable } from "./type-table.ts";

const HELM = "application/vnd.cncf.helm.config.v1+json";
const OWN = "application/vnd.example.report.v1+json";

describe("createTypeTable", () => {
  test("finds well-known types in any case", () => {
    const found = createTypeTable().find("application/vnd.CNCF.helm.config.v1+json");
    expect(found).toMatchObject({ type: HELM, title: "Helm chart", category: "chart", extractor: "helm-chart", source: "well-known" });
    expect(createTypeTable().find(OWN)).toBeUndefined();
  });

  test("adds the types of operators", () => {
    const table = createTypeTable({ add: [{ type: OWN, title: "Report", category: "other", source: "stored" }] });
    expect(table.find(OWN)).toMatchObject({ title: "Report", icon: "artifact", layerMediaTypes: [], source: "stored" });
    expect(table.list().map(({ type }) => type)).toContain(OWN);
  });

  test("merges what operators say of a known type, the last one winning", () => {
    const table = createTypeTable({
      add: [
        { type: HELM, title: "Chart" },
        { type: HELM, title: "Our chart" },
      ],
    });
    expect(table.find(HELM)).toMatchObject({ title: "Our chart", extractor: "helm-chart", source: "configuration" });
    expect(table.list().filter(({ type }) => type === HELM)).toHaveLength(1);
  });

  test("lists by type", () => {
    const types = createTypeTable({ add: [{ type: OWN }] })
      .list()
      .map(({ type }) => type);
    expect(types).toEqual([...types].sort());
  });
});

describe("admits", () => {
  test("admits everything by default", () => expect(createTypeTable().admits("application/x")).toEqual({ ok: true }));

  test("admits only what is allowed, once something is", () => {
    const table = createTypeTable({ allow: ["application/vnd.oci.image.*", HELM] });
    expect(table.admits("application/vnd.oci.image.config.v1+json").ok).toBe(true);
    expect(table.admits(HELM.toUpperCase()).ok).toBe(true);
    expect(table.admits(OWN)).toMatchObject({ ok: false, reason: expect.stringContaining(`only the types application/vnd.oci.image.*, ${HELM} are allowed`) });
  });

  test("refuses what is denied, whatever is allowed", () => {
    const table = createTypeTable({ allow: ["*"], deny: ["application/vnd.example.*"] });
    expect(table.admits(OWN)).toMatchObject({ ok: false, reason: expect.stringContaining("denied") });
    expect(table.admits(HELM).ok).toBe(true);
  });

  test("admits an index without a type, whose children are judged", () => {
    expect(createTypeTable({ allow: [HELM], deny: ["*"] }).admits(undefined)).toEqual({ ok: true });
  });
});
