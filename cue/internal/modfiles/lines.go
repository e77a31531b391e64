package modfiles

import (
	"bytes"
)

// lineStart returns the offset where the line of an offset begins.
func lineStart(text []byte, offset int) int {
	return bytes.LastIndexByte(text[:offset], '\n') + 1
}

// lineEnd returns the offset after the line break of the line of an offset.
func lineEnd(text []byte, offset int) int {
	if i := bytes.IndexByte(text[offset:], '\n'); i >= 0 {
		return offset + i + 1
	}
	return len(text)
}

func isBlank(line []byte) bool { return len(bytes.TrimSpace(line)) == 0 }

// indentOf returns the white space that the line of an offset begins with.
func indentOf(text []byte, offset int) string {
	line := text[lineStart(text, offset):]
	return string(line[:len(line)-len(bytes.TrimLeft(line, " \t"))])
}

// beginsLine says that only white space stands before an offset on its line.
func beginsLine(text []byte, offset int) bool {
	return isBlank(text[lineStart(text, offset):offset])
}

// extent is where an element of a list stands: from its first character to its last, with the comma after it.
type extent struct {
	start, end int
	// from and to have whole lines: with the comments directly above, the comment behind, and the line break.
	from, to int
	// lines says that nothing else stands on the lines.
	lines bool
	// comma says that a comma follows.
	comma bool
}

func extentOf(text []byte, start, end int) extent {
	e := extent{start: start, end: end}
	rest := end
	skip := func() {
		for rest < len(text) && (text[rest] == ' ' || text[rest] == '\t' || text[rest] == '\r') {
			rest++
		}
	}
	skip()
	if rest < len(text) && text[rest] == ',' {
		rest++
		e.end, e.comma = rest, true
		skip()
	}
	commented := bytes.HasPrefix(text[rest:], []byte("//"))
	e.lines = beginsLine(text, start) && (rest == len(text) || text[rest] == '\n' || commented)
	e.from, e.to = commentsAbove(text, lineStart(text, start)), lineEnd(text, rest)
	return e
}

// commentsAbove returns where the comment lines begin that stand directly above the line that begins at an offset.
func commentsAbove(text []byte, offset int) int {
	for offset > 0 {
		above := lineStart(text, offset-1)
		if !bytes.HasPrefix(bytes.TrimLeft(text[above:offset], " \t"), []byte("//")) {
			break
		}
		offset = above
	}
	return offset
}

// splice replaces a part of a text.
func splice(text []byte, from, to int, with string) []byte {
	spliced := make([]byte, 0, len(text)+len(with))
	spliced = append(spliced, text[:from]...)
	spliced = append(spliced, with...)
	return append(spliced, text[to:]...)
}

// cutLines removes lines, and the empty line that would then stand beside another one or at the border of a block.
func cutLines(text []byte, from, to int) []byte {
	before, after := text[lineStart(text, max(from-1, 0)):from], text[to:lineEnd(text, to)]
	opens := from == 0 || isBlank(before) || bytes.HasSuffix(bytes.TrimSpace(before), []byte("{"))
	switch {
	case opens && to < len(text) && isBlank(after):
		to += len(after)
	case from > 0 && isBlank(before) && (to == len(text) || bytes.HasPrefix(bytes.TrimSpace(after), []byte("}"))):
		from -= len(before)
	}
	return splice(text, from, to, "")
}

// newline is the line break that a text uses.
func newline(text []byte) string {
	if bytes.Contains(text, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}
