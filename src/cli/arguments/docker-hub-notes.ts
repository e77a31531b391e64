import type { Command } from "commander";

/** Arguments that are references, unless the command goes by a registry of its own. */
const REFERENCES: ReadonlySet<string> = new Set(["reference", "repository", "subject", "source", "target"]);

/** What is no reference: paths, layouts, and names with a scheme. */
const NO_REFERENCE = /^(?:[./]|oci:|oci-archive:|[a-z][a-z+.-]*:\/\/)|\.tar(?::[^/]*)?$/i;

/** What names without a registry are read as: on Docker Hub, as docker has it, which is not what everybody means. A line for each. */
export async function dockerHubNotes(command: Command): Promise<string[]> {
  const notes: string[] = [];
  if (command.opts().quiet === true || command.options.some(({ long }) => long === "--registry")) return notes;
  for (const [index, argument] of command.registeredArguments.entries()) {
    const value: unknown = command.processedArgs[index];
    if (!REFERENCES.has(argument.name()) || typeof value !== "string" || value === "" || NO_REFERENCE.test(value) || namesRegistry(value)) continue;
    const { parseImageReference } = await import("../../oci/image-reference.ts");
    try {
      const { registry, repository } = parseImageReference(value);
      notes.push(
        `'${value}' names no registry, so it is read as ${registry}/${repository}: write localhost:5000/… or another host in front for one of your own`,
      );
    } catch {
      // The command says what is wrong with it.
    }
  }
  return notes;
}

function namesRegistry(text: string): boolean {
  const slash = text.indexOf("/");
  const first = slash < 0 ? "" : text.slice(0, slash);
  return /[.:]/.test(first) || first === "localhost" || first !== first.toLowerCase();
}
