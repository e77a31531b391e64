/** Columns of help. */
const WIDTH = 80;

/** A text in lines of 80 columns at most, each with the given space before it. */
export function wrapWords(text: string, before = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && before.length + line.length + 1 + word.length > WIDTH) {
      lines.push(before + line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, before + line];
}
