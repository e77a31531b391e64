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
 * One step of the schema. Steps are never changed once released; a new step is added. A step carries what it needs, also what the program
 * has elsewhere: codes, keys, rules. Those change, and what an old database becomes must not.
 */
export type Migration = SchemaStep | BesideStep;

interface Step {
  readonly version: number;
  readonly name: string;
  /**
   * The version that a program must know at least from this step on. Absent: the step only adds, tables and columns with defaults, and
   * programs of before go on beside it.
   */
  readonly minimumProgram?: number;
  /** Why the step cannot be taken now, in one line that says what to do; asked first, in the same transaction. */
  obstacle?(x: StepDatabase): Promise<string | undefined>;
}

/** A step in one transaction, which others wait for: it is short, whatever the tables hold. */
export interface SchemaStep extends Step {
  statements(types: SchemaTypes, dialect: DialectName): readonly string[];
  /** What no statement can do, after them and in the same transaction. */
  complete?(x: StepDatabase): Promise<void>;
}

/**
 * A step that may take long, beside pushes where the database can. It is taken up where it was interrupted, and done when all of it is:
 * first what is missing in the rows, then the indexes.
 */
export interface BesideStep extends Step {
  /**
   * Fills in what is missing in some rows, in a transaction of its own, and is called again as long as it says that there may be more.
   * Programs of before go on writing such rows: their columns have defaults that say so.
   */
  fill?(x: StepDatabase): Promise<boolean>;
  readonly indexes: readonly NewIndex[];
}

export interface NewIndex {
  readonly name: string;
  readonly unique?: boolean;
  /** Table and columns, e.g. `manifest (pushed_at) WHERE deleted_at IS NULL`. */
  readonly on: string;
}
