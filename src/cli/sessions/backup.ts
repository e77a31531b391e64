import { mkdir } from "node:fs/promises";
import type { BackupFolder } from "../../registry/backup/backup-folder.ts";
import { FOLDER_MODE } from "../../storage/owner-only.ts";

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
