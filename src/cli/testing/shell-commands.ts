/** A word with its quotes, or what parts commands, sends their output elsewhere, or begins a comment. */
const TOKEN = /(?:[^\s'"#>|;&<]|'[^']*'|"(?:[^"\\]|\\.)*"|(?<=\S)#)+|[>|;&<#]/g;

/**
 * The commands of a line, each as words without quotes, without variables before it and without redirections. What a shell would put
 * in (`$(…)`, `$NAME`, globs) stays as it is written.
 */
export function shellCommands(line: string): string[][] {
  const commands: string[][] = [[]];
  let redirects = false;
  for (const [token] of line.matchAll(TOKEN)) {
    if (token === "#") break;
    if (/^[|;&]$/.test(token)) commands.push([]);
    const words = commands.at(-1) ?? [];
    const isWord = !/^[>|;&<]$/.test(token) && !redirects;
    redirects = /^[><]$/.test(token);
    if (!isWord || (words.length === 0 && /^[A-Z_]+=/.test(token))) continue;
    words.push(token.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single?: string, double?: string) => single ?? double ?? ""));
  }
  return commands.filter((words) => words.length > 0);
}
