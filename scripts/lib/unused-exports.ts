import { isTest, type Source } from "./sources.ts";

/** `export function name`, and what else a file declares as it exports it. */
const DECLARED = /^export (?:abstract )?(?:async )?(?:(?<value>function\*?|class|const|let|enum)|interface|type) (?<name>\w+)/gm;

/** `export { one, other as another }`, also of another file. */
const LISTED = /^export (?:type )?\{([^}]*)\}/gm;

interface Export {
  readonly name: string;
  /** Types may belong to the signature of what is exported beside them. */
  readonly isType: boolean;
}

/**
 * Exports that no other file uses, as `path: name`; a type only where its own file has no use for it, either. What
 * only tests use is unused, too, unless its own file uses it. What imports a file and holds the word is taken to use it.
 */
export function unusedExports(sources: readonly Source[]): string[] {
  const importers = new Map<string, Source[]>();
  for (const source of sources) for (const path of source.imports) importers.set(path, [...(importers.get(path) ?? []), source]);
  return sources.flatMap((source) => {
    const users = importers.get(source.path) ?? [];
    return exportsOf(source.text)
      .filter((exported) => !isUsed(exported, source, users))
      .map(({ name }) => `${source.path}: ${name}`);
  });
}

function isUsed({ name, isType }: Export, { path, text }: Source, importers: readonly Source[]): boolean {
  const users = importers.filter((importer) => hasWord(importer.text, name));
  if (users.some((user) => isTest(path) || !isTest(user.path))) return true;
  const isUsedHere = text.split(new RegExp(`\\b${name}\\b`)).length > 2;
  return isUsedHere && (isType || users.length > 0);
}

function exportsOf(text: string): Export[] {
  const declared = [...text.matchAll(DECLARED)].map(({ groups }) => ({ name: groups?.name ?? "", isType: groups?.value === undefined }));
  const names = [...text.matchAll(LISTED)].flatMap(([, list = ""]) => list.split(",").map((name) => name.trim().split(/\s+/).at(-1) ?? ""));
  return [...declared, ...names.filter((name) => name !== "").map((name) => ({ name, isType: false }))];
}

function hasWord(text: string, word: string): boolean {
  return new RegExp(`\\b${word}\\b`).test(text);
}
