/** The value of a `Warning` header (distribution-spec, "Warnings"): shown to the user by clients, never acted on. */
export function warning(text: string): string {
  return `299 - "${text.replace(/["\\]/g, "'")}"`;
}
