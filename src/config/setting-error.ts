/** Decides the exit code of a command. */
export type SettingErrorKind = "invalid" | "not-found" | "permission" | "network" | "general";

/** Something that a setting names cannot be used. The message begins with the setting and says what to do. */
export class SettingError extends Error {
  readonly setting: string;
  readonly kind: SettingErrorKind;

  constructor(setting: string, message: string, options: ErrorOptions & { readonly kind?: SettingErrorKind } = {}) {
    super(`${setting}: ${message}`, options);
    this.name = "SettingError";
    this.setting = setting;
    this.kind = options.kind ?? "invalid";
  }
}

/** Several at once, a line each. */
export class SettingErrors extends Error {
  readonly problems: readonly SettingError[];

  constructor(problems: readonly SettingError[]) {
    super(problems.map(({ message }) => message).join("\n"));
    this.name = "SettingErrors";
    this.problems = problems;
  }
}

const KINDS: Readonly<Record<string, SettingErrorKind>> = { ENOENT: "not-found", EACCES: "permission", EPERM: "permission", EROFS: "permission" };

const REMEDIES: Readonly<Record<SettingErrorKind, string>> = {
  "not-found": "there is no such file: correct the path, or put the file there",
  permission: "the account of this process may not read it: change its owner or its rights",
  invalid: "correct the path",
  network: "correct the path",
  general: "correct the path",
};

/** What an error of the operating system means for a file that a setting names. */
export function unreadable(setting: string, path: string, error: unknown): SettingError {
  const code = codeOf(error);
  const kind = KINDS[code] ?? "invalid";
  const why = code === "EISDIR" ? "it is a folder: name a file" : `${REMEDIES[kind]}${kind === "invalid" ? ` (${code || String(error)})` : ""}`;
  return new SettingError(setting, `${path} cannot be read: ${why}`, { kind, cause: error });
}

/** The code of an error, or of the one that caused it: `ENOENT`; empty when there is none. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "";
  return "code" in error && typeof error.code === "string" ? error.code : codeOf(error.cause);
}
