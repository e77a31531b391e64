import { findPostgres, POSTGRES_MISSING, startPostgres } from "../../../../../test/support/postgres.ts";
import { writePostgres } from "./write-postgres.ts";
import { writeSqlite } from "./write-sqlite.ts";

/**
 * `npm run fixtures`: writes the databases that `upgrade-cases.ts` upgrades, those of this program, for SQLite and PostgreSQL; to be
 * run before a step is added to the schema. With a folder and numbers (`npm run fixtures -- <folder> 1 2 3`) those of earlier versions of the
 * schema that no release had: their tables as this program makes them, with those of its rows and columns that they have a place for.
 */
const [folder = `${import.meta.dir}/fixtures`, ...earlier] = process.argv.slice(2);
const binaries = findPostgres();
if (binaries === undefined) throw new Error(POSTGRES_MISSING);
const server = await startPostgres(binaries);
try {
  for (const version of earlier.length === 0 ? [undefined] : earlier.map(Number)) {
    const written = await writeSqlite(folder, version);
    await writePostgres(folder, { version: written, earlier: version !== undefined }, { ...server, binaries });
  }
} finally {
  await server.stop();
}
