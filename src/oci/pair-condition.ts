/** Whether annotations, or labels, have what a filter names: `key`, or `key=value`. A key may itself hold `=`. */
export function hasPair(pairs: Readonly<Record<string, string>>, text: string): boolean {
  if (Object.hasOwn(pairs, text)) return true;
  for (let at = text.indexOf("="); at >= 0; at = text.indexOf("=", at + 1)) {
    const key = text.slice(0, at);
    if (Object.hasOwn(pairs, key) && pairs[key] === text.slice(at + 1)) return true;
  }
  return false;
}
