package evaluate

import (
	"bytes"
	"encoding/json"
	"fmt"

	"cuelang.org/go/encoding/yaml"

	"cuelang.org/go/opm-cue/internal/rpc"
)

// encode writes each object as `cue export` does. Without split the parts make one stream, or one array, when put together.
func encode(objects []*object, output string, split bool) ([]ObjectInfo, [][]byte, error) {
	infos := make([]ObjectInfo, len(objects))
	text := make([][]byte, len(objects))
	if len(objects) == 0 && output == "json" && !split {
		text = [][]byte{[]byte("[]\n")}
	}
	for i, o := range objects {
		var part []byte
		var err error
		if output == "json" {
			part, err = encodeJSON(o, split)
		} else {
			part, err = yaml.Encode(o.value)
		}
		if err != nil {
			return nil, nil, rpc.Errorf(rpc.Invalid, "%s cannot be written as %s: %w", o.path, output, err)
		}
		if !split {
			part = joined(part, output, i, len(objects))
		}
		text[i] = part
		infos[i] = ObjectInfo{Bytes: len(part), Kind: o.kind, Name: o.name, Namespace: o.namespace}
	}
	return infos, text, nil
}

const indent = "    "

func encodeJSON(o *object, split bool) ([]byte, error) {
	raw, err := o.value.MarshalJSON()
	if err != nil {
		return nil, err
	}
	prefix := indent
	if split {
		prefix = ""
	}
	var out bytes.Buffer
	if err := json.Indent(&out, raw, prefix, indent); err != nil {
		return nil, fmt.Errorf("%w", err)
	}
	if split {
		out.WriteByte('\n')
	}
	return out.Bytes(), nil
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
