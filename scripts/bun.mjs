// Runs the pinned Bun with the given arguments, whether or not npm was allowed to run install scripts:
// without them the `bun` package is only a stub, but the binary of its platform package is there.
import { spawn } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);

/** Bytes: the stub that stands in for Bun before its install script ran is smaller than this, every Bun is larger. */
const STUB_LIMIT = 1_000_000;

/** The path of the Bun executable that this project pins, or undefined when npm installed none for this platform. */
function findBun() {
  for (const path of candidates()) if (statSync(path, { throwIfNoEntry: false })?.size > STUB_LIMIT) return path;
  return undefined;
}

/** Where Bun may lie: in its own package once its install script has run, else in the package of the platform. */
function* candidates() {
  try {
    yield join(dirname(require.resolve("bun/package.json")), "bin", "bun.exe");
  } catch {
    // nothing is installed yet
    return;
  }
  const arch = process.arch === "arm64" ? "aarch64" : process.arch;
  const musl = process.platform === "linux" && isMusl();
  const os = process.platform === "win32" ? "windows" : process.platform;
  for (const suffix of musl ? ["-musl", ""] : ["", "-musl"]) {
    try {
      const manifest = require.resolve(`@oven/bun-${os}-${arch}${suffix}/package.json`);
      for (const name of ["bun", "bun.exe"]) yield join(dirname(manifest), "bin", name);
    } catch {
      // not installed for this platform; try the next
    }
  }
}

function isMusl() {
  try {
    return readFileSync("/usr/bin/ldd", "latin1").includes("musl");
  } catch {
    return false;
  }
}

/** Runs Bun and ends this process the way Bun ended; signals sent to this process reach it. */
export function runBun(args) {
  const bun = findBun();
  if (bun === undefined) {
    console.error(`opm: no Bun for ${process.platform}-${process.arch} is installed; run 'npm ci' in ${dirname(dirname(fileURLToPath(import.meta.url)))}`);
    process.exit(1);
  }
  const child = spawn(bun, args, { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  endWithNpm(child);
  child.on("exit", (code, signal) => process.exit(signal === null ? (code ?? 1) : 128 + (constants.signals[signal] ?? 0)));
  child.on("error", (error) => {
    console.error(`opm: Bun could not be started: ${error.message}`);
    process.exit(1);
  });
}

/** Milliseconds between two looks at the parent. */
const PARENT_LOOK = 200;

/** npm hands a signal to the shell that it started, which ends and hands nothing on: its end is the signal. */
function endWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined || process.platform === "win32") return;
  const shell = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(timer);
    child.kill("SIGTERM");
  }, PARENT_LOOK);
  timer.unref();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) runBun(process.argv.slice(2));
