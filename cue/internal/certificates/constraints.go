package certificates

import (
	"crypto/x509"
	"encoding/asn1"
	"fmt"
)

var nameConstraints = asn1.ObjectIdentifier{2, 5, 29, 30}

// checked are the forms of names (RFC 5280, section 4.2.1.6) whose constraints the library holds names against.
var checked = map[int]bool{1: true, 2: true, 6: true, 7: true}

// constraintProblem names an authority with constraints on other forms of names, e.g. directory names. The library refuses these
// where they are critical, as they must be, and passes them over elsewhere.
func constraintProblem(authorities []*x509.Certificate) string {
	for _, authority := range authorities {
		for _, extension := range authority.Extensions {
			if extension.Id.Equal(nameConstraints) && !allChecked(extension.Value) {
				return fmt.Sprintf("%s has name constraints of a form that is not understood", authority.Subject)
			}
		}
	}
	return ""
}

func allChecked(value []byte) bool {
	var constraints struct {
		Permitted []subtree `asn1:"optional,tag:0"`
		Excluded  []subtree `asn1:"optional,tag:1"`
	}
	if rest, err := asn1.Unmarshal(value, &constraints); err != nil || len(rest) > 0 {
		return false
	}
	for _, each := range append(constraints.Permitted, constraints.Excluded...) {
		if !checked[each.Base.Tag] {
			return false
		}
	}
	return true
}

type subtree struct {
	Base    asn1.RawValue
	Minimum int `asn1:"optional,default:0,tag:0"`
	Maximum int `asn1:"optional,default:-1,tag:1"`
}
