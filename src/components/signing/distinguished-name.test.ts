import { describe, expect, test } from "bun:test";
import { formatDistinguishedName, hasNames, nameOrCommonName, parseDistinguishedName, sameName } from "./distinguished-name.ts";

const [CN, O, OU, MAIL] = ["2.5.4.3", "2.5.4.10", "2.5.4.11", "1.2.840.113549.1.9.1"];
const parse = (text: string) => parseDistinguishedName(text, "--subject");

describe("a distinguished name", () => {
  test.each([
    ["acme", [{ type: CN, value: "acme" }]],
    ["CN=acme", [{ type: CN, value: "acme" }]],
    [
      "cn = acme , o=Acme Inc.",
      [
        { type: O, value: "Acme Inc." },
        { type: CN, value: "acme" },
      ],
    ],
    [
      "CN=acme+OU=a;O=b",
      [
        { type: O, value: "b" },
        { type: OU, value: "a" },
        { type: CN, value: "acme" },
      ],
    ],
    [
      "/O=Acme/CN=Release/2",
      [
        { type: O, value: "Acme" },
        { type: CN, value: "Release/2" },
      ],
    ],
    [
      String.raw`CN=Acme\, \"R\"\+,O=x`,
      [
        { type: O, value: "x" },
        { type: CN, value: 'Acme, "R"+' },
      ],
    ],
    [
      'CN="Acme, Release",O=x',
      [
        { type: O, value: "x" },
        { type: CN, value: "Acme, Release" },
      ],
    ],
    [String.raw`CN=M\C3\BCller`, [{ type: CN, value: "Müller" }]],
    ["CN=a=b", [{ type: CN, value: "a=b" }]],
    [
      "1.2.840.113549.1.9.1=#160561406f7267,CN=x",
      [
        { type: CN, value: "x" },
        { type: MAIL, value: "a@org" },
      ],
    ],
    ["emailAddress=a@org", [{ type: MAIL, value: "a@org" }]],
    ["OID.2.5.4.10=x", [{ type: O, value: "x" }]],
  ])("%s", (text, expected) => {
    expect(parse(text)).toEqual(expected);
  });

  test.each(["", " ", "CN=", "CN=a,", "CN=a,,O=b", "XX=a", "CN=a\\", "CN=#zz", "/CN", "CN=a O=b,XX=c"])("'%s' is none", (text) => {
    expect(() => parse(text)).toThrow("is no distinguished name");
  });

  test("a signature's name that is none is a common name", () => {
    expect(nameOrCommonName("team=blue")).toEqual([{ type: CN, value: "team=blue" }]);
  });

  test.each([String.raw`CN=Acme\, \"R\",O=Acme`, "CN=x,OU=a,OU=b,C=DE", String.raw`CN=\ x\ `, "1.2.3=y"])("%s is written as it was read", (text) => {
    expect(formatDistinguishedName(parse(text))).toBe(text);
  });
});

describe("names", () => {
  const name = parse("CN=acme,OU=a,OU=b,O=Acme");
  test.each([
    ["acme", true],
    ["CN=acme,O=Acme", true],
    ["OU=b", true],
    ["OU=c", false],
    ["CN=Acme", false],
    ["CN=acme,OU=a,OU=a", false],
    ["CN=acme,CN=other", false],
  ])("has %s: %s", (wanted, expected) => {
    expect(hasNames(name, parse(wanted))).toBe(expected);
  });

  test("a second common name is another subject", () => {
    expect(hasNames(parse("CN=acme,CN=mallory"), parse("CN=acme"))).toBe(false);
    expect(hasNames(parse("CN=acme,CN=mallory"), parse("O=x"))).toBe(false);
  });

  test("are the same in any order, and only whole", () => {
    expect(sameName(name, parse("/OU=b/O=Acme/OU=a/CN=acme"))).toBe(true);
    expect(sameName(name, parse("CN=acme,O=Acme"))).toBe(false);
    expect(sameName(parse("CN=acme,O=Acme"), name)).toBe(false);
  });
});
