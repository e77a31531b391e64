/** An answer as it came over the wire. */
export interface ReadAnswer {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/**
 * Takes the answers of a connection apart.
 * @param methods of the requests, in their order
 * @throws Error when there are others, fewer, or more
 */
export function readAnswers(received: Buffer, methods: readonly string[]): ReadAnswer[] {
  let at = 0;
  const answers = methods.map((method, count) => {
    const end = received.indexOf("\r\n\r\n", at);
    if (end < 0) throw new Error(`answer ${count} of ${methods.length} is not there, but ${received.length - at} bytes`);
    const [line = "", ...fields] = received.toString("latin1", at, end).split("\r\n");
    const headers = new Map(fields.map((field): [string, string] => [field.slice(0, field.indexOf(":")).toLowerCase(), field.slice(field.indexOf(":") + 2)]));
    const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(line)?.[1]);
    const length = method === "HEAD" || status === 204 || status === 304 ? 0 : Number(headers.get("content-length"));
    const body = received.subarray(end + 4, end + 4 + length);
    if (Number.isNaN(status) || body.length !== length) throw new Error(`answer ${count} is not whole: ${line}, ${body.length} bytes of ${length}`);
    at = end + 4 + length;
    return { status, headers, body };
  });
  if (at < received.length) throw new Error(`there are ${received.length - at} bytes behind the last answer: ${received.toString("latin1", at, at + 100)}`);
  return answers;
}
