import type { Handlers } from "./handler.ts";

/** The operations that change something, and those that show what was declared. */
export const WRITE_HANDLERS: Partial<Handlers> = {};
