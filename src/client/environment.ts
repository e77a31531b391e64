/** The environment variables that a client goes by: names and values. */
export type Environment = Readonly<Record<string, string | undefined>>;
