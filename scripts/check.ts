// `npm run check`: type check and lint.
import { runChecks } from "./lib/checks.ts";

const { failed } = await runChecks();
process.exitCode = failed === 0 ? 0 : 1;
