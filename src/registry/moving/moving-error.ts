/** A registry cannot be moved, kept or put back like this: why, and what to do. */
export class MovingError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "MovingError";
  }
}
