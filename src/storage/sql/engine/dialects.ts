import type { Dialect } from "./executor.ts";

/** SQLite 3.38 or later (for `->>`). Writes never overlap there, hence no row locks. */
export const sqliteDialect: Dialect = {
  name: "sqlite",
  lock: "",
  strings: (parameter) => `json_each(${parameter})`,
  objects: (parameter) => `json_each(${parameter})`,
};

/**
 * PostgreSQL 12 or later. The parameter passes through TEXT so that no client encodes the JSON text a second time. The lock
 * is the weaker NO KEY one: rows that only refer to a locked row must not wait for it.
 */
export const postgresDialect: Dialect = {
  name: "postgres",
  lock: " FOR NO KEY UPDATE",
  strings: (parameter) => `json_array_elements_text(CAST(CAST(${parameter} AS TEXT) AS JSON)) AS elements(value)`,
  objects: (parameter) => `json_array_elements(CAST(CAST(${parameter} AS TEXT) AS JSON)) AS elements(value)`,
};
