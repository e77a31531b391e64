import { findPythonTool, PYTHON_NAMES } from "../../test/support/python-tools.ts";
import { findTool, TOOL_NAMES } from "../../test/support/tools.ts";
import type { Job } from "./jobs.ts";
import { NO_TESTS } from "./totals.ts";

/**
 * Installs the programs that tests use and that are missing, one after the other, while tests run that use none: a file that needs one waits for
 * it otherwise, and so do others that need the same. What cannot be installed is told by the tests that need it.
 */
export const INSTALL_TOOLS: Job = {
  name: "programs to test with",
  async run() {
    for (const name of TOOL_NAMES) await findTool(name);
    for (const name of PYTHON_NAMES) await findPythonTool(name);
    return NO_TESTS;
  },
};
