/** RFC 9111, section 5.5 of its predecessor: code, agent and a quoted text. */
const WARNING = /\b\d{3} \S+ "((?:[^"\\]|\\.)*)"/g;

/** The texts of a `Warning` header (distribution-spec, "Warnings"), without what would act on a terminal. */
export function warningTexts(header: string | null): string[] {
  return [...(header ?? "").matchAll(WARNING)].map(([, text = ""]) =>
    text
      .replaceAll(/\\(.)/g, "$1")
      .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
      .trim(),
  );
}
