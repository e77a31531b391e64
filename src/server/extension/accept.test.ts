import { describe, expect, test } from "bun:test";
import { chooseMediaType } from "./accept.ts";

const OWN = "application/vnd.opm.tags.v1+json";
const INDEX = "application/vnd.oci.image.index.v1+json";
const OFFERED = [OWN, "application/json", INDEX];

describe("the media type of an answer", () => {
  test.each([
    [undefined, OWN],
    ["", OWN],
    ["*/*", OWN],
    ["application/*", OWN],
    ["APPLICATION/JSON", "application/json"],
    [`${INDEX}, */*;q=0.1`, INDEX],
    [`application/json;q=0.4, ${INDEX};q=0.5`, INDEX],
    ["*/*;q=0.5, application/json;q=0.1", OWN],
    [`${OWN};q=0, */*`, "application/json"],
    [`${INDEX};v=1;q=1`, INDEX],
    ["application/json;q=7", "application/json"],
  ])("%p gives %s", (header, type) => {
    expect(chooseMediaType(header, OFFERED)).toBe(type);
  });

  test.each(["text/html", "text/*", "*/*;q=0", "application/json;q=x", ",;,", "json"])("%p gives none", (header) => {
    expect(chooseMediaType(header, OFFERED)).toBeUndefined();
  });
});
