// Package certificates validates paths of certificates (RFC 5280, section 6) with Go's crypto/x509, for signatures of components.
package certificates

import (
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"time"

	"cuelang.org/go/opm-cue/internal/env"
	"cuelang.org/go/opm-cue/internal/rpc"
)

// Methods returns the handlers of this package. They need no configuration.
func Methods(*env.Env) map[string]rpc.Handler {
	return map[string]rpc.Handler{"certificatePath": rpc.Handle(certificatePath)}
}

type pathParams struct {
	Chain []string  `json:"chain"`
	Roots []string  `json:"roots"`
	Time  time.Time `json:"time"`
}

func certificatePath(_ context.Context, params pathParams) (path Path, err error) {
	roots, err := parse(params.Roots, "the authorities")
	if err != nil {
		return path, rpc.Errorf(rpc.Invalid, "%w", err)
	}
	chain, err := parse(params.Chain, "its chain")
	if err != nil {
		return Path{Problem: err.Error(), Subject: Name{}, Issuer: Name{}, Anchor: Name{}}, nil
	}
	return Validate(chain, roots, params.Time), nil
}

func parse(texts []string, where string) ([]*x509.Certificate, error) {
	certificates := make([]*x509.Certificate, len(texts))
	for at, text := range texts {
		block, _ := pem.Decode([]byte(text))
		if block == nil {
			return nil, fmt.Errorf("certificate %d of %s is not PEM", at+1, where)
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("certificate %d of %s cannot be read: %w", at+1, where, err)
		}
		certificates[at] = certificate
	}
	return certificates, nil
}
