import { MetadataStoreError } from "../metadata/error.ts";
import { MIGRATIONS } from "./schema/migrations.ts";

/** Keeps a running program from changing a database whose schema has come to ask for a newer one. */
export interface ProgramGate {
  /** Told of the version that a program must know at least, which whoever upgrades the schema says beforehand. */
  see(minimum: number): void;
  /** @throws MetadataStoreError `newer-schema` */
  assertOpen(): void;
}

export function createProgramGate(known = MIGRATIONS.length): ProgramGate {
  let asked = 0;
  return {
    see(minimum) {
      asked = minimum;
    },
    assertOpen() {
      if (asked <= known) return;
      const message = `the metadata database asks for programs that know schema version ${asked}, this one knows ${known} and changes nothing any more: start the newer program`;
      throw new MetadataStoreError("newer-schema", message);
    },
  };
}
