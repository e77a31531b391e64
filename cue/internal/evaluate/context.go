package evaluate

import (
	"crypto/sha1"
	"fmt"

	"cuelang.org/go/cue"
)

const (
	defaultNamespace = "default"
	// runtimeName is what transformers write into app.kubernetes.io/managed-by.
	runtimeName = "opm"
)

// contextFor says to a transformer what it renders.
func (r *renderer) contextFor(c component, t transformer) cue.Value {
	instance, described := r.describe(c.of), metadataOf(c.value, c.id)
	return shaped(t.transform.LookupPath(contextPath), map[string]any{
		"name": instance["name"], "namespace": instance["namespace"],
		"moduleReleaseMetadata": instance, "moduleInstanceMetadata": instance, "release": instance, "instance": instance,
		"componentMetadata": described, "component": described,
		"runtimeName": runtimeName,
	})
}

// metadataOf returns the labels and annotations of a value's metadata, and its name or else another.
func metadataOf(v cue.Value, name string) map[string]any {
	described := map[string]any{"name": name}
	if text := stringAt(v, namePath); text != "" {
		described["name"] = text
	}
	for _, field := range []string{"labels", "annotations"} {
		texts := map[string]string{}
		fields, err := v.LookupPath(cue.ParsePath("metadata." + field)).Fields()
		for err == nil && fields.Next() {
			if text, ok := textOf(fields.Value()); ok {
				texts[fields.Selector().Unquoted()] = text
			}
		}
		if len(texts) > 0 {
			described[field] = texts
		}
	}
	return described
}

// textOf returns a text, or how a number or a truth value is written.
func textOf(v cue.Value) (string, bool) {
	switch v.IncompleteKind() {
	case cue.StringKind:
		text, err := v.String()
		return text, err == nil
	case cue.BoolKind, cue.IntKind:
		text, err := v.MarshalJSON()
		return string(text), err == nil
	}
	return "", false
}

// nameUUID returns a UUID of version 5 (RFC 9562, section 5.5), so that the same instance has the same one every time.
func nameUUID(name string) string {
	// the name space for URLs: RFC 9562, section 6.6
	space := []byte{0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}
	sum := sha1.Sum(append(space, name...))
	id := sum[:16]
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", id[:4], id[4:6], id[6:8], id[8:10], id[10:])
}
