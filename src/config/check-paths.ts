import { constants } from "node:fs";
import { access, readFile, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Config } from "./schema.ts";
import { codeOf, SettingError, unreadable } from "./setting-error.ts";

/** Looks whether the folders and the files of the stores can be used, or made. Makes nothing. */
export async function checkPaths({ data, storage }: Config): Promise<SettingError[]> {
  const { content, metadata } = storage;
  const problems = [
    await folderProblem("data", data),
    content.driver === "filesystem" ? await folderProblem("storage.content.path", content.path ?? join(data, "content")) : undefined,
    metadata.driver === "sqlite" ? await databaseProblem(metadata.path ?? join(data, "metadata.db")) : undefined,
    metadata.urlFile === undefined ? undefined : await urlFileProblem(metadata.urlFile),
  ];
  const found = problems.filter((problem) => problem !== undefined);
  // What is below a place that cannot be used cannot be used either, and saying so once is enough.
  return found.filter((problem, index) => !found.slice(0, index).some(({ message }) => textOf(message) === textOf(problem.message)));
}

function textOf(message: string): string {
  return message.slice(message.indexOf(": ") + 2);
}

async function folderProblem(setting: string, path: string): Promise<SettingError | undefined> {
  for (let folder = path; ; folder = dirname(folder)) {
    const info = await stat(folder).catch((error: unknown) => codeOf(error));
    if (info === "ENOENT" && dirname(folder) !== folder) continue;
    if (info === "ENOTDIR") continue;
    if (typeof info === "string")
      return new SettingError(setting, `${folder} cannot be looked at (${info}): correct the path, or the rights above it`, { kind: "permission" });
    if (!info.isDirectory()) return new SettingError(setting, `${folder} is a file, where a folder is to be: name another folder`);
    const usable = await access(folder, constants.W_OK | constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return undefined;
    return new SettingError(setting, `the account of this process may not write to ${folder}: change its owner or its rights`, { kind: "permission" });
  }
}

async function databaseProblem(path: string): Promise<SettingError | undefined> {
  const setting = "storage.metadata.path";
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) return folderProblem(setting, dirname(path));
  if (info.isDirectory()) return new SettingError(setting, `${path} is a folder, where the database is to be: name a file`);
  const usable = await access(path, constants.R_OK | constants.W_OK).then(
    () => true,
    () => false,
  );
  if (usable) return undefined;
  return new SettingError(setting, `the account of this process may not write to ${path}: change its owner or its rights`, { kind: "permission" });
}

async function urlFileProblem(path: string): Promise<SettingError | undefined> {
  const setting = "storage.metadata.urlFile";
  try {
    const text = (await readFile(path, "utf8")).trim();
    if (/^postgres(?:ql)?:\/\/\S+$/.test(text)) return undefined;
    return new SettingError(setting, `${path} does not hold one URL: expected postgres://user:password@host:port/database`);
  } catch (error) {
    return unreadable(setting, path, error);
  }
}
