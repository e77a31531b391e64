import { expect, test } from "bun:test";
import { hasPair } from "./pair-condition.ts";

const PAIRS = { team: "web", "a=b": "c", empty: "", formula: "x=y" };

test.each(["team", "team=web", "a=b", "a=b=c", "empty", "empty=", "formula=x=y"])("%s is there", (text) => expect(hasPair(PAIRS, text)).toBe(true));
test.each(["tea", "team=we", "team=", "a", "a=b=", "formula=x", "toString"])("%s is not", (text) => expect(hasPair(PAIRS, text)).toBe(false));
