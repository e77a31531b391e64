import { CliError, EXIT } from "../output/exit-code.ts";
import { commandsBelow, nameOf } from "../program.ts";

const LOGIN =
  "opm has no log-in command: it uses the log-ins of docker, podman and helm ('docker login <registry>'); " +
  "for a machine without docker, 'opm token create --docker-config <file>' makes one";
const LOGOUT = "opm keeps no log-in: 'docker logout <registry>', or podman's or helm's, forgets one; 'opm token revoke' ends an access token";
const REMOVE = "'opm delete' removes a version, 'opm untag' a tag, 'opm repository delete' a repository, 'opm mod edit --drop-require' a module from yours";
const SHOW = "'opm inspect' shows a version, 'opm versions' which there are, 'opm component get' a component version";
const INSTALL = "'opm pull' fetches content, 'opm mod get' adds a CUE module to yours, 'opm component download' fetches a resource of a component";
const UPGRADE = "'opm mod update' takes newer versions of the modules that yours needs, 'opm versions' lists those of a package";
const VERIFY = "'opm component verify' checks signatures of components, 'opm referrers' lists those of an image, 'opm cache verify' checks what was fetched";
const LIST = "'opm list' lists the packages of a registry, 'opm versions' the versions of one, 'opm cache ls' what was fetched";
const PUBLISH = "'opm push' pushes files, 'opm mod publish' a CUE module, 'opm component transfer' a component version";
const COPY = "'opm copy' copies content, 'opm import' a whole registry, 'opm mod mirror' CUE modules, 'opm component transfer' component versions";
const SERVE = "'opm serve' runs a registry; log-ins to others are those of docker, podman and helm ('docker login <registry>')";
const SIGN = "'opm component sign' signs component versions; for an image, sign with cosign or notation and see it with 'opm referrers'";

/** What is typed in other tools, and what it is here. Words that are commands of opm have no place in it. */
export const FOREIGN_WORDS: Readonly<Record<string, string>> = {
  ...words(LOGIN, "login", "signin", "sign-in", "log-in", "auth", "authenticate"),
  ...words(LOGOUT, "logout", "signout", "sign-out", "log-out"),
  ...words(REMOVE, "rm", "rmi", "remove", "del", "destroy", "erase", "uninstall", "unpublish", "purge", "yank"),
  ...words(SHOW, "show", "info", "describe", "view", "manifest", "digest", "cat"),
  ...words(INSTALL, "install", "i", "add", "get", "download", "fetch", "require"),
  ...words(UPGRADE, "upgrade", "update", "outdated", "up"),
  ...words(VERIFY, "verify", "check", "validate", "audit-signatures"),
  ...words(LIST, "ls", "images", "image", "repos", "repo", "repositories", "packages", "charts"),
  ...words(PUBLISH, "publish", "upload", "deploy", "release"),
  ...words(COPY, "cp", "mirror", "sync", "promote", "transfer"),
  ...words(SERVE, "server", "start", "run", "registry", "daemon"),
  ...words(SIGN, "sign"),
  ...words("'opm versions' lists the versions of a package", "tags", "releases", "ls-remote", "list-tags"),
  ...words("'opm tag' adds a tag, 'opm untag' removes one", "retag", "rename", "mv", "alias"),
  ...words("'opm referrers' lists what is attached, 'opm graph' what belongs together", "discover", "tree"),
  ...Object.fromEntries(["build", "vet", "tidy", "vendor", "edit", "why"].map((word) => [word, `'opm mod ${word}' does that for CUE modules`])),
  ...words("'opm help mod' lists what there is for CUE modules", "module", "modules"),
  ...words("'opm help component' lists what there is for component versions", "components", "ocm", "resources"),
  ...words("'opm user list' lists accounts, 'opm user add' adds one, 'opm user passwd' changes a password", "users", "useradd", "adduser", "passwd"),
  ...words("'opm token list' lists access tokens, 'opm token create' makes one", "tokens"),
  ...words("'opm namespace list' lists namespaces", "namespaces", "ns", "org", "orgs"),
  ...words("'opm project list' lists projects", "projects"),
  ...words("'opm type list' lists artifact types", "types"),
  ...words("'opm help environment' lists the variables", "env", "environment"),
  ...words("'opm help' lists the commands, 'opm help push' explains one", "man", "docs", "usage", "commands"),
};

/** Words of one meaning, of which a group of commands has one at most. */
const SYNONYMS: readonly (readonly string[])[] = [
  ["list", "ls", "all"],
  ["add", "create", "new", "make", "init", "issue", "generate", "register", "declare"],
  ["remove", "delete", "revoke", "rm", "del", "destroy", "uninstall", "drop", "clean", "clear", "purge", "unregister"],
  ["edit", "update", "set", "modify", "change", "upgrade", "patch"],
  ["get", "show", "info", "view", "describe", "inspect", "cat", "print"],
  ["check", "verify", "vet", "validate", "test", "lint"],
  ["publish", "push", "upload", "transfer", "release", "copy", "cp", "sync"],
  ["get", "install", "add", "download", "pull", "fetch", "require"],
  ["passwd", "password"],
  ["prune", "gc", "cleanup"],
  ["plan", "diff", "preview", "dry-run"],
  ["resources", "artifacts", "ls-resources"],
];

/**
 * What to type here for a word of another tool.
 * @param group the words before it, e.g. `["user"]`
 * @param known the commands of that group
 */
function explainForeignWord(group: readonly string[], word: string, known: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  const hint = Object.hasOwn(FOREIGN_WORDS, typed) ? FOREIGN_WORDS[typed] : undefined;
  // `cue login`, `helm registry login`: wherever it is looked for
  if (group.length === 0 || hint === LOGIN || hint === LOGOUT) return hint;
  const meant = new Set(SYNONYMS.filter((set) => set.includes(typed)).flatMap((set) => set.filter((each) => known.includes(each))));
  if (meant.size === 0) return undefined;
  return `here it is ${[...meant].map((each) => `'opm ${group.join(" ")} ${each}'`).join(" or ")}`;
}

function words(hint: string, ...names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, hint]));
}

/**
 * Makes of the error for an unknown command one that says what the word of another tool is here.
 * @param args all that was typed after the program's name
 * @returns the error as it is where nothing is known of the word
 */
export function explainUnknown(error: Error, args: readonly string[]): Error {
  const word = /unknown command '(.+?)'/.exec(error.message)?.[1];
  if (word === undefined) return error;
  const before = args.slice(0, args.indexOf(word)).filter((each) => !each.startsWith("-"));
  const group = before[0] === "help" ? before.slice(1) : before;
  const path = group.reduce((above, name) => commandsBelow(above).find((row) => nameOf(row) === name)?.path ?? above, "");
  const known = commandsBelow(path).map(nameOf);
  const hint = explainForeignWord(group, word, known);
  return hint === undefined ? error : new CliError(EXIT.invalid, `unknown command '${word}': ${hint}`, { cause: error });
}
