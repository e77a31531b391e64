/** What a reader of a guide does. */
export type GuideStep =
  | { readonly kind: "file"; readonly path: string; readonly text: string }
  | {
      readonly kind: "run";
      readonly commands: readonly string[];
      /** Exit code of the last command. */
      readonly code: number;
      /** What the commands print, `…` for what may be anything; empty where the guide does not say. */
      readonly output: readonly string[];
    };

const FENCE = /^```(\w+)(?: (.+))?\n([\s\S]*?)^```$/gm;

/**
 * Reads the fenced blocks of a section: `sh` has commands, `text` what they print (`text exit 2`: with this exit code), and every other one
 * is the file that its first line names.
 * @param heading with its signs: `## Modules`
 * @throws Error where there is no such section
 */
export function guideSteps(markdown: string, heading: string): readonly GuideStep[] {
  const steps: GuideStep[] = [];
  for (const [, language, argument = "", text = ""] of sectionOf(markdown, heading).matchAll(FENCE)) {
    const lines = text.split("\n").slice(0, -1);
    const last = steps.at(-1);
    if (language === "sh") steps.push({ kind: "run", commands: lines, code: 0, output: [] });
    else if (language !== "text") steps.push({ kind: "file", path: argument, text });
    else if (last?.kind !== "run") throw new Error(`output without commands: ${lines[0]}`);
    else steps[steps.length - 1] = { ...last, code: Number(/^exit (\d+)$/.exec(argument)?.[1] ?? 0), output: lines };
  }
  return steps;
}

/** Whether a text has these lines, in order, with anything where they have `…`. */
export function matchesOutput(text: string, lines: readonly string[]): boolean {
  const pattern = lines.map((line) => (line === "…" ? "(?:.*\\n)*" : `${line.split("…").map(RegExp.escape).join(".*")}\\n`)).join("");
  return new RegExp(`^${pattern}`, "m").test(text);
}

function sectionOf(markdown: string, heading: string): string {
  const [, after] = `\n${markdown}`.split(`\n${heading}\n`);
  if (after === undefined) throw new Error(`there is no section ${heading}`);
  return after.split(/^## /m)[0] ?? "";
}
