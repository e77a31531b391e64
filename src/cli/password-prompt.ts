import { CliError, EXIT } from "./exit-code.ts";

const ENTER = new Set(["\r", "\n"]);
const ERASE = new Set(["\u007f", "\b"]);
const INTERRUPT = "\u0003";
const END = "\u0004";
/** Exit code of a process that Ctrl-C ended. */
const INTERRUPTED = 130;

/** Bytes that `--password-stdin` reads at most. */
const STDIN_LIMIT = 64 * 1024;

/** A new password, from standard input or asked for twice on the terminal without showing it. */
export async function newPassword({ fromStdin }: { readonly fromStdin: boolean }): Promise<string> {
  if (fromStdin) return await passwordFromStdin();
  if (!process.stdin.isTTY) throw new CliError(EXIT.invalid, "there is no terminal to ask for the password on: give it with --password-stdin");
  const password = await ask("Password: ");
  if ((await ask("Again: ")) !== password) throw new CliError(EXIT.invalid, "the two passwords differ: nothing was changed");
  return password;
}

/** All of standard input without the line end. */
async function passwordFromStdin(): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of Bun.stdin.stream()) {
    size += chunk.byteLength;
    if (size > STDIN_LIMIT) throw new CliError(EXIT.invalid, "standard input is too long for a password");
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks)).replace(/\r?\n$/, "");
}

async function ask(question: string): Promise<string> {
  process.stderr.write(question);
  const { stdin } = process;
  stdin.setRawMode(true);
  try {
    return await readHidden();
  } finally {
    stdin.setRawMode(false);
    stdin.pause();
    process.stderr.write("\n");
  }
}

function readHidden(): Promise<string> {
  const { stdin } = process;
  const { promise, resolve } = Promise.withResolvers<string>();
  let text: readonly string[] = [];
  const take = (chunk: Buffer) => {
    for (const character of chunk.toString("utf8")) {
      if (character === INTERRUPT) return interrupt();
      if (ENTER.has(character) || character === END) {
        stdin.off("data", take);
        return resolve(text.join(""));
      }
      text = ERASE.has(character) ? text.slice(0, -1) : [...text, character];
    }
  };
  stdin.on("data", take);
  stdin.resume();
  return promise;
}

function interrupt(): void {
  process.stdin.setRawMode(false);
  process.stderr.write("\n");
  process.exit(INTERRUPTED);
}
