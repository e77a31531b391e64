/** Content is not read now, as others wait: what it says can be read later. */
export class ParserBusyError extends Error {
  constructor() {
    super("others wait for their content to be read; this one is read later");
    this.name = "ParserBusyError";
  }
}
