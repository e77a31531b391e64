import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { checkTypeName } from "./type-name.ts";
import { WELL_KNOWN_TYPES } from "./well-known.ts";

describe("checkTypeName", () => {
  test.each([
    "application/vnd.oci.null-sample.config.v1",
    "application/vnd.oci.json-sample.config.v2+json",
    "application/vnd.oci.yaml-sample.config.v3+yaml",
    "application/vnd.example.report.v1+json",
    "application/vnd.example.report.summary.config.v12beta1+yaml",
    "application/vnd.example.sample.layer.v1.tar+gzip",
    "application/vnd.example.sif.v1.sif",
    "application/vnd.example.bundle.v0.3+json",
    "application/prs.someone.notes.v1+json",
    "application/x.example.notes.v1",
  ])("takes %s", (type) => expect(checkTypeName(type)).toBeUndefined());

  test.each([
    ["report", "two parts"],
    ["application/", "two parts"],
    ["application/vnd.example/report.v1", "two parts"],
    ["application/vnd.Example.report.v1+json", "write application/vnd.example.report.v1+json"],
    ["application/vnd.example.report.v1; charset=utf-8", "no parameters"],
    [`application/vnd.${"a".repeat(200)}.report.v1`, "127"],
    ["text/vnd.example.report.v1", "registration tree: expected application/"],
    ["application/report.v1+json", "registration tree"],
    ["application/x-report", "registration tree"],
    ["application/vnd.v1+json", "vendor"],
    ["application/vnd.example.v1+json", "object type"],
    ["application/vnd.example", "object type"],
    ["application/vnd.example.report+json", "version: expected v1, v2 and so on as the last part of the name, e.g. application/vnd.example.report.v1"],
    ["application/vnd.example.report.1+json", "version"],
    ["application/vnd.example..report.v1", "between any two dots"],
    ["application/vnd.example.report.v1+", "format suffix"],
    ["application/vnd.example.report.v1+tar.gz", "'+tar.gz'"],
    ["application/vnd.example.report.v1+v2", "it stands before the format"],
    ["application/vnd.oci.image.config.v1+json", "reserved"],
    ["application/vnd.oci.image.sample.v1+json", "reserved"],
  ])("explains what is wrong with %s", (type, part) => expect(checkTypeName(type)).toContain(part));

  test("answers for any text in one line", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webUrl(), fc.mixedCase(fc.constantFrom(...WELL_KNOWN_TYPES.map(({ type }) => type)))), (type) => {
        const problem = checkTypeName(type);
        return problem === undefined || problem.length > 0;
      }),
    );
  });
});
