/** The lease of whoever has stopped changes of a database, which is being moved away. */
export const STOP_LEASE = "stop changes";

/** The lease of whoever fills a database, which is there until all of it is. */
export const FILL_LEASE = "fill";
