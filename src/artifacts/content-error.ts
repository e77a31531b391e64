/** Content that is not what its type says. The message is for people and names what is wrong, in one line. */
export class ContentError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ContentError";
  }
}
