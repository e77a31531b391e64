const CHARACTERS = /^[a-z0-9!#$&^_.+*-]+(?:\/[a-z0-9!#$&^_.+*-]+)?$/i;

/** Characters. */
const GLOB_LIMIT = 255;

/** Why a text is no glob over media types, or undefined when it is one. */
export function typeGlobProblem(glob: string): string | undefined {
  if (glob.length > GLOB_LIMIT) return `expected at most ${GLOB_LIMIT} characters`;
  if (!CHARACTERS.test(glob)) return "expected a media type, in which * stands for any characters, e.g. application/vnd.example.*";
  return undefined;
}

/**
 * Compiles a glob over media types: `*` stands for any characters. Case is ignored.
 * Matching takes time in the order of the glob's length times the type's, whatever the glob.
 */
export function compileTypeGlob(glob: string): (type: string) => boolean {
  const parts = glob.toLowerCase().split("*");
  const first = parts[0] ?? "";
  const last = parts.at(-1) ?? "";
  if (parts.length === 1) return (type) => type.toLowerCase() === first;
  const middle = parts.slice(1, -1);
  return (type) => {
    const text = type.toLowerCase();
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    return holdsInOrder(text.slice(first.length, text.length - last.length), middle);
  };
}

function holdsInOrder(text: string, parts: readonly string[]): boolean {
  let from = 0;
  for (const part of parts) {
    const at = text.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return true;
}
