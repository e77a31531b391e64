import * as z from "zod/mini";
import en from "zod/v4/locales/en.js";

// mini has no messages of its own
z.config(en());

const texts = z.string({
  error: ({ input }) => {
    if (input === undefined) return "is required";
    return typeof input === "number" || typeof input === "boolean" ? `expected a text: put ${String(input)} in quotes` : "expected a text";
  },
});

/** A text with something in it. */
export const text = texts.check(z.minLength(1, "is empty"));

/** A text that may be empty. */
export const anyText = texts;

/** Any value, but one. */
export const required = z.custom<unknown>((value) => value !== undefined, "is required");
