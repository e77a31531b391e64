/** True when no text column takes a text: it holds NUL, or half of a surrogate pair. */
export function isUnsafeText(text: string): boolean {
  return text.includes("\0") || !text.isWellFormed();
}

/** True when a text in the value, keys included, is unsafe. It does not recurse: nesting may be deep. */
export function holdsUnsafeText(value: unknown): boolean {
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === "string" && isUnsafeText(next)) return true;
    if (typeof next !== "object" || next === null) continue;
    for (const [key, member] of Object.entries(next)) {
      if (isUnsafeText(key)) return true;
      open.push(member);
    }
  }
  return false;
}
