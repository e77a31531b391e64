export interface FilePatterns {
  /** Default: everything. */
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
}

/**
 * Tells by patterns what of a folder counts: `*` for any characters but `/`, `**` for any, `?`, `[abc]`, over paths from the folder. A
 * pattern that fits a folder fits what is in it.
 */
export function fileFilter({ include, exclude = [] }: FilePatterns): (path: string, isFolder: boolean) => boolean {
  const included = include?.map(compile);
  const excluded = exclude.map(compile);
  return (path, isFolder) => {
    if (excluded.some((glob) => glob.match(path))) return false;
    if (included === undefined || isFolder) return true;
    const ways = prefixes(path);
    return included.some((glob) => ways.some((way) => glob.match(way)));
  };
}

function compile(pattern: string): Bun.Glob {
  // `!` has no meaning in these patterns
  return pathGlob(pattern.replace(/^\.\//, "").replace(/\/$/, "").replace(/^!/, "\\!"));
}

/** A glob over paths as patterns of files have it: braces have no meaning. */
export function pathGlob(pattern: string): Bun.Glob {
  return new Bun.Glob(pattern.replaceAll(/[{}]/g, "\\$&"));
}

/** A path and the folders that it is in. */
function prefixes(path: string): readonly string[] {
  const parts = path.split("/");
  return parts.map((_, at) => parts.slice(0, at + 1).join("/"));
}
