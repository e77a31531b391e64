package certificates

import (
	"crypto/x509/pkix"
	"fmt"
)

// Attribute is one attribute of a distinguished name: Type is its object identifier.
type Attribute struct {
	Type  string `json:"type"`
	Value string `json:"value"`
}

// Name is a distinguished name: the attributes as the certificate has them.
type Name []Attribute

func nameOf(name pkix.Name) Name {
	attributes := make(Name, len(name.Names))
	for at, each := range name.Names {
		attributes[at] = Attribute{Type: each.Type.String(), Value: fmt.Sprint(each.Value)}
	}
	return attributes
}
