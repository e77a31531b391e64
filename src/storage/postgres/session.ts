import { type ReservedSQL, SQL } from "bun";
import { MetadataStoreError } from "../metadata/error.ts";
import { MIGRATIONS } from "../sql/schema/migrations.ts";
import { openingError } from "./errors.ts";

/** What connections are called, with the version of the schema that this program knows. Programs before version 12 were called `opm`. */
const PROGRAM_NAME = `opm/${MIGRATIONS.length}`;

/** Seconds to wait for a connection. */
const CONNECT_LIMIT = 10;

export interface SessionOptions {
  readonly url: string;
  /** Milliseconds after which the server ends a statement. Default: never. */
  readonly statementLimit?: number | undefined;
  /** Milliseconds without an answer after which the server counts as gone: more than a statement may take. Default: it may take its time. */
  readonly silenceLimit?: number | undefined;
}

/** What a statement gave: its rows, with what PostgreSQL tells of them. */
export interface Answer extends Array<Record<string, unknown>> {
  readonly columns?: readonly { readonly name: string; readonly type: number }[];
  /** What was done, e.g. `SELECT` or `COMMIT`. */
  readonly command: string;
}

/**
 * One connection to PostgreSQL. Statements are sent at once, without waiting for the answers to those before, and the server takes them in
 * that order. So statements that do not need each other's answers cost one round trip together; each text one more, when a connection
 * prepares it. What a failed one leaves is a transaction in which all others fail.
 */
export class Session {
  readonly #pool: SQL;
  readonly #sql: ReservedSQL;
  readonly #silenceLimit: number;
  #outstanding = 0;
  /** When the last answer came, or when an answer began to be due. */
  #heard = 0;
  #ended: MetadataStoreError | undefined;

  private constructor(pool: SQL, sql: ReservedSQL, silenceLimit: number) {
    this.#pool = pool;
    this.#sql = sql;
    this.#silenceLimit = silenceLimit;
  }

  /** @param ended told once when the connection is gone, for whatever reason */
  static async open({ url, statementLimit = 0, silenceLimit = 0 }: SessionOptions, ended: () => void): Promise<Session> {
    let pool: SQL | undefined;
    try {
      pool = new SQL({
        url,
        adapter: "postgres",
        max: 1,
        connectionTimeout: CONNECT_LIMIT,
        onclose: ended,
        connection: {
          application_name: PROGRAM_NAME,
          statement_timeout: statementLimit,
          idle_in_transaction_session_timeout: silenceLimit,
          client_min_messages: "warning",
          // Compiling takes longer than any of the statements runs.
          jit: "off",
        },
      });
      return new Session(pool, await pool.reserve(), silenceLimit);
    } catch (error) {
      await pool?.close({ timeout: 0 });
      throw openingError(error, url);
    }
  }

  /** Statements without an answer yet. */
  get outstanding(): number {
    return this.#outstanding;
  }

  /** Sends a statement with values for `$1`, `$2`, …, to be prepared once. */
  send(text: string, values: readonly unknown[]): Promise<Answer> {
    const query = values.length > 0 ? this.#sql.unsafe(text, [...values]) : this.#sql(template(text));
    return this.#answered(query.execute());
  }

  /** Sends a text of one statement or several, which is not prepared. */
  sendText(text: string): Promise<Answer> {
    return this.#answered(this.#sql.unsafe(text).execute());
  }

  async #answered(query: PromiseLike<Answer>): Promise<Answer> {
    if (this.#outstanding++ === 0) this.#heard = performance.now();
    try {
      return await query;
    } catch (error) {
      throw this.#ended ?? error;
    } finally {
      this.#outstanding--;
      this.#heard = performance.now();
    }
  }

  /** Ends the connection when the server owes an answer for too long: there are networks that drop packets and say nothing. */
  endIfSilent(): void {
    if (this.#silenceLimit === 0 || this.#outstanding === 0 || performance.now() - this.#heard < this.#silenceLimit) return;
    this.end(new MetadataStoreError("timeout", `the metadata database gave no answer within ${this.#silenceLimit / 1000} s`));
  }

  /** @param reason what statements without an answer fail with */
  end(reason?: MetadataStoreError): void {
    this.#ended ??= reason;
    // What it rejects with is what ended the connection, which the statements are told.
    this.#pool.close({ timeout: 0 }).catch(() => undefined);
  }
}

/** A text without values as Bun wants it: any other it would not prepare, and it would wait for all answers before and after. */
function template(text: string): TemplateStringsArray {
  return Object.defineProperty([text], "raw", { value: [text] }) as string[] & { readonly raw: readonly string[] };
}
