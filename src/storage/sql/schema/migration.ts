/** What a step runs on: one transaction. Declared here, so that a step depends on nothing that the rest of the program changes. */
export interface StepDatabase {
  readonly dialect: { readonly name: DialectName };
  /** Parameters are `$1`, `$2`, … in both databases. */
  query<Row>(sql: string, parameters?: readonly (string | number | null)[]): Promise<Row[]>;
}

export type DialectName = "sqlite" | "postgres";

/** Column types and table options by dialect. Text is compared bytewise in both. */
export interface SchemaTypes {
  /** An integer key that the database assigns. */
  readonly id: string;
  /** An integer key that is that of another table. */
  readonly key: string;
  readonly text: string;
  readonly bytes: string;
  /** Table option: rows lie in the order of the primary key, where the database can. */
  readonly clustered: string;
}

/**
 * One step of the schema: its statements, in order. Steps are never changed once released; a new step is added. A step carries
 * what it needs, also what the program has elsewhere: codes, keys, rules. Those change, and what an old database becomes must not.
 */
export interface Migration {
  readonly version: number;
  readonly name: string;
  /**
   * The version that a program must know at least from this step on. Absent: the step only adds, tables and columns with defaults, and
   * programs of before go on beside it.
   */
  readonly minimumProgram?: number;
  /** Why the step cannot be taken now, in one line that says what to do; asked first, in the same transaction. */
  obstacle?(x: StepDatabase): Promise<string | undefined>;
  statements(types: SchemaTypes, dialect: DialectName): readonly string[];
  /** What no statement can do, after them and in the same transaction. */
  complete?(x: StepDatabase): Promise<void>;
}
