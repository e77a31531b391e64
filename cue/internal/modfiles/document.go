// Package modfiles reads cue.mod/module.cue and cue.mod/local-module.cue, says what is wrong in them, and changes them in place:
// what a change is not about keeps its comments, order and spacing.
package modfiles

import (
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/literal"
	"cuelang.org/go/cue/parser"
	"cuelang.org/go/cue/token"
)

// document is the text of a module file and the fields in it. Changes are made in the text, one at a time, and read anew.
type document struct {
	name string
	text []byte
	root *block
	// long says that fields of fields are written with braces.
	long bool
}

// block is a list of fields: a file, a struct, or the one field of a value without braces, such as `a: b: 1`.
type block struct {
	// owner is the field whose value this is; nil for the file.
	owner *member
	// braces is nil for the file and for a value without braces.
	braces   *ast.StructLit
	members  []*member
	embedded []*block
}

// member is a regular field. value is nil where it is no struct.
type member struct {
	field *ast.Field
	name  string
	in    *block
	value *block
}

func parseDocument(name string, text []byte) (*document, error) {
	file, err := parser.ParseFile(name, text, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	return &document{name: name, text: text, root: newBlock(nil, nil, file.Decls)}, nil
}

func newBlock(owner *member, braces *ast.StructLit, decls []ast.Decl) *block {
	b := &block{owner: owner, braces: braces}
	for _, decl := range decls {
		switch decl := decl.(type) {
		case *ast.EmbedDecl:
			if inner, ok := decl.Expr.(*ast.StructLit); ok {
				b.embedded = append(b.embedded, newBlock(owner, inner, inner.Elts))
			}
		case *ast.Field:
			name, _, err := ast.LabelName(decl.Label)
			if err != nil || decl.Constraint != token.ILLEGAL {
				continue
			}
			m := &member{field: decl, name: name, in: b}
			if value, ok := decl.Value.(*ast.StructLit); ok {
				braces := value
				if value.Lbrace == token.NoPos {
					braces = nil
				}
				m.value = newBlock(m, braces, value.Elts)
			}
			b.members = append(b.members, m)
		}
	}
	return b
}

// all returns the members of a block and of what is embedded in it.
func (b *block) all() []*member {
	if b == nil {
		return nil
	}
	members := b.members
	for _, inner := range b.embedded {
		members = append(members[:len(members):len(members)], inner.all()...)
	}
	return members
}

// blocks returns the block and what is embedded in it.
func (b *block) blocks() []*block {
	if b == nil {
		return nil
	}
	blocks := []*block{b}
	for _, inner := range b.embedded {
		blocks = append(blocks, inner.blocks()...)
	}
	return blocks
}

// find returns every field at a path: CUE allows a field to be written many times.
func (d *document) find(path ...string) []*member {
	found := []*member{}
	blocks := []*block{d.root}
	for i, name := range path {
		var next []*block
		for _, b := range blocks {
			for _, m := range b.all() {
				if m.name != name {
					continue
				}
				if i == len(path)-1 {
					found = append(found, m)
				} else if m.value != nil {
					next = append(next, m.value)
				}
			}
		}
		blocks = next
	}
	return found
}

// deps returns the entries of `deps`, in the order of the file.
func (d *document) deps() []*member {
	var entries []*member
	for _, m := range d.find("deps") {
		entries = append(entries, m.value.all()...)
	}
	return entries
}

// text returns the string that a field has, if it is one.
func (m *member) text() (string, bool) {
	lit, ok := m.field.Value.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return "", false
	}
	s, err := literal.Unquote(lit.Value)
	return s, err == nil
}

// stringAt returns the first string at a path.
func (d *document) stringAt(path ...string) (string, *member) {
	for _, m := range d.find(path...) {
		if s, ok := m.text(); ok {
			return s, m
		}
	}
	return "", nil
}

func (m *member) start() int { return m.field.Pos().Offset() }
func (m *member) end() int   { return m.field.End().Offset() }

// position is where the field's label is.
func (m *member) position() token.Pos { return m.field.Label.Pos() }
