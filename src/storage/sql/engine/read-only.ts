/** What the triggers say that stop changes (`stopWrites`); drivers make the refusal `read-only` of it. */
export const STOPPED = "opm: changes are stopped";

/** What that means. */
export const READ_ONLY = "the metadata database takes no changes: it is being moved to another place, or was moved, or is a copy that is only read";
