import type { Handlers } from "./handler.ts";

/** The operations that only look. */
export const READ_HANDLERS: Partial<Handlers> = {};
