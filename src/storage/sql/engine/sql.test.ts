import { describe, expect, test } from "bun:test";
import { postgresDialect, sqliteDialect } from "./dialects.ts";
import { objects } from "./parameters.ts";
import { byDialect, each, type Fragment, join, name, sql, word, write } from "./sql.ts";

const onPostgres = (fragment: Fragment<never>) => write(fragment, postgresDialect);

describe("SQL in templates", () => {
  test("parameters are numbered as they come, the same one with the same number", () => {
    const condition = sql`name = ${"name"} AND at < ${"now"}`;
    expect(onPostgres(sql`UPDATE thing SET at = ${"now"} WHERE ${condition} AND id = ${"id"}`)).toEqual({
      text: "UPDATE thing SET at = $1 WHERE name = $2 AND at < $1 AND id = $3",
      places: ["now", "name", "id"],
    });
  });

  test("numbers become text, which nothing else does", () => {
    expect(onPostgres(sql`state < ${3} LIMIT ${"limit"}`).text).toBe("state < 3 LIMIT $1");
    for (const value of [0.5, Number.NaN, 2 ** 60]) expect(() => onPostgres(sql`state = ${value}`)).toThrow("no whole number");
  });

  test("each database has its own words and parameters", () => {
    const fragment = sql`SELECT value FROM ${objects("rows")}${byDialect(({ lock }) => (lock === "" ? sql`` : sql` WHERE true`))}`;
    expect(write(fragment, sqliteDialect).text).toBe("SELECT value FROM json_each((SELECT ?1))");
    expect(onPostgres(fragment).text).toBe("SELECT value FROM json_array_elements(CAST(CAST($1 AS TEXT) AS JSON)) AS elements(value) WHERE true");
  });

  test("rows are written one after the other, and share the parameters that are none of theirs", () => {
    const rows = each({ list: "rows", count: 2, fields: ["a", "b"] }, ({ a, b }) => sql`(${"id"}, ${a}, ${b})`);
    expect(onPostgres(rows)).toEqual({
      text: "($1, $2, $3), ($1, $4, $5)",
      places: [
        "id",
        { list: "rows", index: 0, field: "a" },
        { list: "rows", index: 0, field: "b" },
        { list: "rows", index: 1, field: "a" },
        { list: "rows", index: 1, field: "b" },
      ],
    });
  });

  test("names and words hold no more than that", () => {
    expect(onPostgres(sql`${join([name("m.media_type_id"), name("size")])} IN (${word("semver")})`).text).toBe("m.media_type_id, size IN ('semver')");
    for (const text of ["a b", "a;", "a.b.c", 'a"', "A", ""]) expect(() => onPostgres(name(text))).toThrow("no name of a column");
    for (const text of ["it's", "a b", ""]) expect(() => onPostgres(word(text))).toThrow("no word");
  });
});
