import { expect, test } from "bun:test";
import type { StepDatabase } from "../migration.ts";
import { textsOf } from "./texts.ts";
import { wordsByField } from "./words.ts";

test("words stand in the first field that has them; hashes and times only in names", () => {
  const texts = {
    name: "team/app-0123456789abcdef",
    title: "ÄPFEL App",
    description: "app 20260131 12345 1234 deadbeefdeadbeef",
    other: `ﬁne äpfel ${"x".repeat(41)}`,
  };
  expect(wordsByField(texts)).toEqual([["team", "app", "0123456789abcdef"], ["äpfel"], ["1234"], ["fine"]]);
});

test("a field has a hundred words at most", () => {
  const text = Array.from({ length: 150 }, (_, n) => `w${n}`).join(" ");
  const [name = [], title = []] = wordsByField({ name: text, title: "w120 w10", description: "", other: "" });
  expect([name.length, name.at(-1), title]).toEqual([100, "w99", ["w120"]]);
});

test("what the repository and its speaking tags say, without values that nobody looks for", async () => {
  const said = { title: "Two", description: null, annotations: JSON.stringify({ "org.example.revision": "dull", note: "n".repeat(600) }), labels: null };
  const x: StepDatabase = {
    dialect: { name: "sqlite" },
    query: async <Row>(sql: string): Promise<Row[]> => JSON.parse(sql.includes("LIMIT 20") && sql.includes("LIMIT 3") ? JSON.stringify([said]) : "[]"),
  };
  expect(await textsOf(x, { id: 1, name: "a/b", title: "One", description: "About", labels: '{"tier":"front","build":"7"}' })).toEqual({
    name: "a/b",
    title: "One\nTwo",
    description: "About",
    other: `front\n${"n".repeat(500)}\n`,
  });
});
