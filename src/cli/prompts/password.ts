import { CliError, EXIT } from "../output/exit-code.ts";
import { endPrompt, printPrompt } from "../output/print.ts";

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
  return fromStdin ? await passwordFromStdin() : await onTerminal((keys) => askTwice("Password: ", keys));
}

/** Asks on the terminal, which shows nothing of what is typed meanwhile. */
async function onTerminal<T>(questions: (keys: AsyncGenerator<string>) => Promise<T>): Promise<T> {
  const { stdin } = process;
  if (!stdin.isTTY) throw new CliError(EXIT.invalid, "there is no terminal to ask for the password on: give it with --password-stdin");
  stdin.setRawMode(true);
  try {
    return await questions(typedKeys());
  } finally {
    stdin.setRawMode(false);
    // else waiting for more keys would keep the process from ending
    stdin.destroy();
  }
}

/** One's own password until now, and the new one: in two lines of standard input, or asked for on the terminal. */
export async function ownPasswords({ fromStdin }: { readonly fromStdin: boolean }): Promise<{ readonly current: string; readonly password: string }> {
  if (!fromStdin) {
    return await onTerminal(async (keys) => ({ current: await ask("Password until now: ", keys), password: await askTwice("New password: ", keys) }));
  }
  const text = await passwordFromStdin();
  const end = text.indexOf("\n");
  if (end < 0) throw new CliError(EXIT.invalid, "standard input has one line: expected the password until now, and the new one below it");
  return { current: text.slice(0, end).replace(/\r$/, ""), password: text.slice(end + 1) };
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

async function askTwice(question: string, keys: AsyncGenerator<string>): Promise<string> {
  const password = await ask(question, keys);
  if ((await ask("Again: ", keys)) !== password) throw new CliError(EXIT.invalid, "the two passwords differ: nothing was changed");
  return password;
}

/** Every key, also those that were typed ahead of the question. */
async function* typedKeys(): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const chunk of process.stdin) yield* decoder.decode(chunk, { stream: true });
}

async function ask(question: string, keys: AsyncGenerator<string>): Promise<string> {
  printPrompt(question);
  let text: readonly string[] = [];
  for (;;) {
    const { value: key, done } = await keys.next();
    if (done || ENTER.has(key) || key === END) break;
    if (key === INTERRUPT) interrupt();
    text = ERASE.has(key) ? text.slice(0, -1) : [...text, key];
  }
  endPrompt();
  return text.join("");
}

function interrupt(): never {
  process.stdin.setRawMode(false);
  endPrompt();
  process.exit(INTERRUPTED);
}
