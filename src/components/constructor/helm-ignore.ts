import { pathGlob } from "./file-filter.ts";

interface Rule {
  readonly glob: Bun.Glob;
  readonly foldersOnly: boolean;
  readonly negated: boolean;
  /** Held against the whole path, not against the name alone. */
  readonly wholePath: boolean;
}

/** What Helm itself leaves out always: files of editors among the templates. */
const ALWAYS = ["templates/.?*"];

/** Tells by a `.helmignore` what of a chart is packaged (helm.sh/docs/chart_template_guide/helm_ignore_file). */
export function helmIgnore(text: string): (path: string, isFolder: boolean) => boolean {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const rules = [...lines.map((line) => line.trim()).filter((line) => line !== "" && !line.startsWith("#")), ...ALWAYS].map(parseRule);
  return (path, isFolder) => !rules.some((rule) => isIgnored(rule, path, isFolder));
}

function parseRule(line: string): Rule {
  const negated = line.startsWith("!");
  const pattern = (negated ? line.slice(1) : line).replace(/^\\(?=[#!])/, "");
  const foldersOnly = pattern.endsWith("/");
  const bare = foldersOnly ? pattern.slice(0, -1) : pattern;
  return { glob: pathGlob(bare.replace(/^\//, "")), foldersOnly, negated, wholePath: bare.includes("/") };
}

/** A rule with `!` leaves out all that it does not fit, as Helm has it. */
function isIgnored({ glob, foldersOnly, negated, wholePath }: Rule, path: string, isFolder: boolean): boolean {
  if (foldersOnly && !isFolder) return negated;
  return glob.match(wholePath ? path : path.slice(path.lastIndexOf("/") + 1)) !== negated;
}
