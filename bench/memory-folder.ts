/** A tmpfs where there is one, so that no disk is measured. */
export const MEMORY_FOLDER = "/dev/shm";
