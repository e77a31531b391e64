import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { BackupFolder } from "../../registry/backup/backup-folder.ts";
import { FOLDER_MODE } from "../../storage/owner-only.ts";
import { CliError, EXIT } from "../output/exit-code.ts";

export interface WithBackupOptions {
  /** Makes the folder when it is not there. */
  readonly create?: boolean;
  readonly signal?: AbortSignal;
}

/** Opens the folder of a backup for a command that no other may disturb, and closes it after use. */
export async function withBackup<T>(path: string, { create = false, signal }: WithBackupOptions, use: (folder: BackupFolder) => Promise<T>): Promise<T> {
  const [{ openBackupFolder }, { withFolderLock }] = await Promise.all([
    import("../../registry/backup/backup-folder.ts"),
    import("../../client/folder-lock.ts"),
  ]);
  if (create) await mkdir(path, { recursive: true, mode: FOLDER_MODE });
  else await assertBackup(path);
  return withFolderLock(
    path,
    async () => {
      const folder = await openBackupFolder(path, { create });
      try {
        return await use(folder);
      } finally {
        await folder.close();
      }
    },
    signal === undefined ? {} : { signal },
  );
}

/** Before anything is locked, which is a file in the folder. */
async function assertBackup(path: string): Promise<void> {
  if (existsSync(join(path, "cuts"))) return;
  throw new CliError(existsSync(path) ? EXIT.invalid : EXIT.notFound, `there is no backup in ${path}: name the folder of opm backup create`);
}
