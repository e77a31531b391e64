#!/usr/bin/env node
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runBun } from "./bun.mjs";

runBun([join(dirname(fileURLToPath(import.meta.url)), "..", "src", "main.ts"), ...process.argv.slice(2)]);
