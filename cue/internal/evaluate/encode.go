package evaluate

import (
	"bytes"
	"encoding/json"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/internal/encoding/yaml"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// encode writes each object as `cue export` does. Without split the parts make one stream, or one array, when put together.
func encode(objects []*object, output string, split bool) ([]ObjectInfo, [][]byte, error) {
	encodeAll := encodeYAML
	if output == "json" {
		encodeAll = func(objects []*object) ([][]byte, error) { return encodeJSON(objects, split) }
	}
	text, err := encodeAll(objects)
	if err != nil {
		return nil, nil, err
	}
	infos := make([]ObjectInfo, len(objects))
	for i, o := range objects {
		if !split {
			text[i] = joined(text[i], output, i, len(objects))
		}
		infos[i] = ObjectInfo{Bytes: len(text[i]), Kind: o.kind, Name: o.name, Namespace: o.namespace}
	}
	if len(objects) == 0 && output == "json" && !split {
		text = [][]byte{[]byte("[]\n")}
	}
	return infos, text, nil
}

// ahead bounds how many objects have their syntax made but no text yet.
const ahead = 64

// encodeYAML makes the texts of objects while the syntax of the next ones is made: the evaluator works on one thing at a time, but
// what it gives belongs to nobody else.
func encodeYAML(objects []*object) ([][]byte, error) {
	nodes := make(chan ast.Node, ahead)
	text := make([][]byte, len(objects))
	failed := make(chan error, 1)
	go func() {
		var failure error
		for i := range objects {
			node, more := <-nodes
			if !more {
				break
			}
			if failure != nil {
				continue
			}
			var err error
			if text[i], err = yaml.Encode(node); err != nil {
				failure = cannotWrite(objects[i], "YAML", err)
			}
		}
		failed <- failure
	}()
	// also when the evaluator panics, which is an error of the request
	defer close(nodes)
	for _, o := range objects {
		nodes <- o.value.Syntax(cue.Concrete(true))
	}
	return text, <-failed
}

func cannotWrite(o *object, output string, err error) error {
	return rpc.Errorf(rpc.Invalid, "%s cannot be written as %s: %w", o.path, output, err)
}

const indent = "    "

func encodeJSON(objects []*object, split bool) ([][]byte, error) {
	prefix := indent
	if split {
		prefix = ""
	}
	text := make([][]byte, len(objects))
	for i, o := range objects {
		raw, err := o.value.MarshalJSON()
		if err != nil {
			return nil, cannotWrite(o, "JSON", err)
		}
		var out bytes.Buffer
		if err := json.Indent(&out, raw, prefix, indent); err != nil {
			return nil, cannotWrite(o, "JSON", err)
		}
		if split {
			out.WriteByte('\n')
		}
		text[i] = out.Bytes()
	}
	return text, nil
}

func joined(part []byte, output string, index, count int) []byte {
	if output != "json" {
		if index == 0 {
			return part
		}
		return append([]byte("---\n"), part...)
	}
	before, after := ",\n"+indent, ""
	if index == 0 {
		before = "[\n" + indent
	}
	if index == count-1 {
		after = "\n]\n"
	}
	return append(append([]byte(before), part...), after...)
}
