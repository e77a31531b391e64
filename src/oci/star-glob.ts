/** The text before the first `*`: whatever matches the glob starts with it. */
export function literalStart(glob: string): string {
  const star = glob.indexOf("*");
  return star < 0 ? glob : glob.slice(0, star);
}

/**
 * Compiles a glob over one text, such as a tag or a media type: `*` stands for any characters. Repository names have folders, see
 * `compileRepositoryGlob`. Matching takes time in the order of the glob's length times the text's, whatever the glob.
 */
export function starGlob(glob: string): (text: string) => boolean {
  const [first = "", ...rest] = glob.split("*");
  const last = rest.pop();
  if (last === undefined) return (text) => text === glob;
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found < 0) return false;
      at = found + part.length;
    }
    return at <= text.length - last.length;
  };
}
