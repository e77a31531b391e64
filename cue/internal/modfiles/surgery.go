package modfiles

import (
	"bytes"
	"strings"
)

// set replaces the text and reads it.
func (d *document) set(text []byte) error {
	next, err := parseDocument(d.name, text)
	if err != nil {
		return err
	}
	d.text, d.root = next.text, next.root
	return nil
}

// setValue writes a value at every place of a path. It says whether there is one.
func (d *document) setValue(value string, path ...string) (bool, error) {
	members := d.find(path...)
	for i := range members {
		m := d.find(path...)[i]
		if err := d.set(splice(d.text, m.field.Value.Pos().Offset(), m.field.Value.End().Offset(), value)); err != nil {
			return false, err
		}
	}
	return len(members) > 0, nil
}

// remove removes every field at a path, with the comments that belong to it. What is empty then goes as well, but for a
// struct that has a comment.
func (d *document) remove(path ...string) error {
	for {
		members := d.find(path...)
		if len(members) == 0 {
			return nil
		}
		if err := d.set(d.without(members[0])); err != nil {
			return err
		}
	}
}

// without returns the text without a member.
func (d *document) without(m *member) []byte {
	b := m.in
	if b.owner != nil && len(b.members) == 1 && len(b.embedded) == 0 && (b.braces == nil || d.lonely(m)) && d.replaceable(b) {
		return d.without(b.owner)
	}
	e := extentOf(d.text, m.start(), m.end())
	if e.lines {
		return cutLines(d.text, e.from, e.to)
	}
	start, end := e.start, e.end
	if e.comma {
		for end < len(d.text) && (d.text[end] == ' ' || d.text[end] == '\t') {
			end++
		}
		return splice(d.text, start, end, "")
	}
	if head := bytes.TrimRight(d.text[:start], " \t"); bytes.HasSuffix(head, []byte(",")) {
		start = len(head) - 1
	}
	return splice(d.text, start, end, "")
}

// replaceable says that the block is the whole value of its owner: what is embedded is not.
func (d *document) replaceable(b *block) bool { return b.owner.value == b }

// collapse writes structs without anything in them as `{}`.
func (d *document) collapse(path ...string) error {
	for i := range d.find(path...) {
		value := d.find(path...)[i].value
		if value == nil || value.braces == nil {
			continue
		}
		open, closing := value.braces.Lbrace.Offset()+1, value.braces.Rbrace.Offset()
		if open == closing || !isBlank(d.text[open:closing]) {
			continue
		}
		if err := d.set(splice(d.text, open, closing, "")); err != nil {
			return err
		}
	}
	return nil
}

// lonely says that there is no comment beside the only member of a struct, so that the struct has nothing else to say.
func (d *document) lonely(m *member) bool {
	braces := m.in.braces
	inside := d.text[braces.Lbrace.Offset()+1 : braces.Rbrace.Offset()]
	offset := braces.Lbrace.Offset() + 1
	e := extentOf(d.text, m.start(), m.end())
	from, to := max(e.from-offset, 0), min(e.to-offset, len(inside))
	if !e.lines {
		from, to = e.start-offset, e.end-offset
	}
	owner := extentOf(d.text, m.in.owner.start(), m.in.owner.end())
	above := d.text[owner.from:lineStart(d.text, owner.start)]
	return isBlank(inside[:from]) && isBlank(inside[to:]) && isBlank(above)
}

// entry is the text of a field that is inserted, for lines of their own and for a place within a line. Lines of `block` after
// the first begin with their indentation relative to the first.
type entry struct {
	block  []string
	inline string
}

func plain(text string) entry { return entry{block: []string{text}, inline: text} }

func (e entry) lines(indent, br string) string {
	return indent + strings.Join(e.block, br+indent) + br
}

// before inserts a field before another one.
func (d *document) before(m *member, e entry) error {
	at := extentOf(d.text, m.start(), m.end())
	if !beginsLine(d.text, m.start()) {
		return d.set(splice(d.text, m.start(), m.start(), e.inline+", "))
	}
	return d.set(splice(d.text, at.from, at.from, e.lines(indentOf(d.text, m.start()), newline(d.text))))
}

// after inserts a field after another one.
func (d *document) after(m *member, e entry) error {
	at := extentOf(d.text, m.start(), m.end())
	if !at.lines {
		if at.comma {
			return d.set(splice(d.text, at.end, at.end, " "+e.inline+","))
		}
		return d.set(splice(d.text, at.end, at.end, ", "+e.inline))
	}
	br, text := newline(d.text), e.lines(indentOf(d.text, m.start()), newline(d.text))
	if at.to == len(d.text) && !bytes.HasSuffix(d.text, []byte("\n")) {
		text = br + text
	}
	return d.set(splice(d.text, at.to, at.to, text))
}

// into inserts a field into a struct that has none, but may have comments and what is embedded.
func (d *document) into(b *block, e entry) error {
	open, closing := b.braces.Lbrace.Offset()+1, b.braces.Rbrace.Offset()
	switch inside := d.text[open:closing]; {
	case isBlank(inside) && !bytes.ContainsRune(inside, '\n'):
		return d.set(splice(d.text, open, closing, e.inline))
	case !bytes.ContainsRune(inside, '\n'):
		return d.set(splice(d.text, open, open, e.inline+", "))
	case !beginsLine(d.text, closing):
		return d.set(splice(d.text, open, open, newline(d.text)+e.lines(indentOf(d.text, open)+"\t", newline(d.text))))
	}
	line := lineStart(d.text, closing)
	return d.set(splice(d.text, line, line, e.lines(indentOf(d.text, closing)+"\t", newline(d.text))))
}

// brace puts braces around a value that has none, with one more field in it.
func (d *document) brace(b *block, e entry) error {
	value := b.owner.field.Value
	from, to := value.Pos().Offset(), value.End().Offset()
	top := b.owner
	for top.in.braces == nil && top.in.owner != nil {
		top = top.in.owner
	}
	if !extentOf(d.text, top.start(), top.end()).lines {
		return d.set(splice(d.text, from, to, "{"+string(d.text[from:to])+", "+e.inline+"}"))
	}
	br, indent := newline(d.text), indentOf(d.text, top.start())
	inside := indent + "\t" + string(d.text[from:to]) + br + e.lines(indent+"\t", br)
	return d.set(splice(d.text, from, to, "{"+br+inside+indent+"}"))
}

// add inserts a field into a block at its end.
func (d *document) add(b *block, e entry) error {
	switch {
	case b == nil:
		return errNoStruct
	case len(b.members) > 0 && (b.braces != nil || b.owner == nil):
		return d.after(b.members[len(b.members)-1], e)
	case b.braces != nil:
		return d.into(b, e)
	case b.owner != nil:
		return d.brace(b, e)
	case len(d.text) > 0 && !bytes.HasSuffix(d.text, []byte("\n")):
		return d.set(append(d.text[:len(d.text):len(d.text)], newline(d.text)+e.lines("", newline(d.text))...))
	}
	return d.set(append(d.text[:len(d.text):len(d.text)], e.lines("", newline(d.text))...))
}
