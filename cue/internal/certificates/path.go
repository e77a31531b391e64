package certificates

import (
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// longest is the number of certificates that a signature may carry: path building is a search.
const longest = 10

// Path is what a chain of certificates says of who signed, or why it says nothing.
type Path struct {
	// Problem is empty where the path is valid; else one line that names the certificate.
	Problem string `json:"problem,omitempty"`
	Subject Name   `json:"subject"`
	Issuer  Name   `json:"issuer"`
	// Anchor is the authority that the path ends at; empty where it is not valid.
	Anchor Name `json:"anchor"`
}

// Validate looks for a path from the first certificate of a chain, which must be for signing code, to one of the roots.
func Validate(chain, roots []*x509.Certificate, now time.Time) Path {
	if len(chain) == 0 {
		return Path{Problem: "the signature has no certificate", Subject: Name{}, Issuer: Name{}, Anchor: Name{}}
	}
	leaf := chain[0]
	path := Path{Subject: nameOf(leaf.Subject), Issuer: nameOf(leaf.Issuer), Anchor: Name{}}
	if len(chain) > longest {
		path.Problem = fmt.Sprintf("the chain of certificates has more than %d", longest)
		return path
	}
	if problem := leafProblem(leaf); problem != "" {
		path.Problem = problem
		return path
	}
	found, err := leaf.Verify(x509.VerifyOptions{
		Roots:         pool(roots),
		Intermediates: pool(chain[1:]),
		CurrentTime:   now,
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning},
	})
	if err != nil {
		path.Problem = explain(err, append(slices.Clone(chain), roots...), now)
		return path
	}
	path.Problem = fmt.Sprintf("the certificate of %s is named as an authority: give its key with --key", leaf.Subject)
	for _, each := range found {
		if len(each) < 2 {
			continue
		}
		if path.Problem = constraintProblem(each[1:]); path.Problem == "" {
			path.Anchor = nameOf(each[len(each)-1].Subject)
			return path
		}
	}
	return path
}

func leafProblem(leaf *x509.Certificate) string {
	switch {
	case string(leaf.RawSubject) == string(leaf.RawIssuer) && leaf.CheckSignature(leaf.SignatureAlgorithm, leaf.RawTBSCertificate, leaf.Signature) == nil:
		return fmt.Sprintf("the certificate of %s is signed by itself: give its key with --key", leaf.Subject)
	case !slices.Contains(leaf.ExtKeyUsage, x509.ExtKeyUsageCodeSigning):
		return fmt.Sprintf("the certificate of %s is not for signing code (extended key usage)", leaf.Subject)
	case leaf.KeyUsage != 0 && leaf.KeyUsage&x509.KeyUsageDigitalSignature == 0:
		return fmt.Sprintf("the certificate of %s is not for signatures (key usage)", leaf.Subject)
	}
	return ""
}

func pool(certificates []*x509.Certificate) *x509.CertPool {
	made := x509.NewCertPool()
	for _, certificate := range certificates {
		made.AddCert(certificate)
	}
	return made
}

// explain says in one line what the library refused, and of which certificate.
func explain(err error, all []*x509.Certificate, now time.Time) string {
	var unknown x509.UnknownAuthorityError
	var invalid x509.CertificateInvalidError
	var critical x509.UnhandledCriticalExtension
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		subject := invalid.Cert.Subject
		if now.Before(invalid.Cert.NotBefore) {
			return fmt.Sprintf("the certificate of %s is valid from %s on only", subject, invalid.Cert.NotBefore.UTC().Format(time.RFC3339))
		}
		return fmt.Sprintf("the certificate of %s was valid until %s", subject, invalid.Cert.NotAfter.UTC().Format(time.RFC3339))
	case errors.As(err, &invalid):
		return fmt.Sprintf("the path of the certificate of %s is not valid: %s", all[0].Subject, reason(invalid))
	case errors.As(err, &critical):
		return fmt.Sprintf("the path of the certificate of %s is not valid: %s", all[0].Subject, unhandled(all))
	case errors.As(err, &unknown):
		return fmt.Sprintf("nobody who is trusted issued the certificate of %s: name the authority with --ca-cert%s", all[0].Subject, hint(err))
	}
	return fmt.Sprintf("the path of the certificate of %s is not valid: %s", all[0].Subject, plain(err))
}

func reason(invalid x509.CertificateInvalidError) string {
	subject := invalid.Cert.Subject
	switch invalid.Reason {
	case x509.NotAuthorizedToSign:
		return fmt.Sprintf("%s is no authority", subject)
	case x509.TooManyIntermediates:
		return fmt.Sprintf("%s allows fewer authorities below it (path length)", subject)
	case x509.IncompatibleUsage:
		return "an authority of it may not issue certificates for signing code (extended key usage)"
	case x509.CANotAuthorizedForThisName:
		return fmt.Sprintf("%s may not issue certificates for this name (name constraints): %s", subject, invalid.Detail)
	}
	return plain(invalid)
}

func unhandled(all []*x509.Certificate) string {
	for _, certificate := range all {
		for _, id := range certificate.UnhandledCriticalExtensions {
			return fmt.Sprintf("that of %s has a critical extension that is not understood, or has a part that is not: %s", certificate.Subject, id)
		}
	}
	return "a critical extension is not understood"
}

// hint is what the library says of the authority that came closest.
func hint(err error) string {
	_, after, found := strings.Cut(err.Error(), "(possibly because of ")
	if !found {
		return ""
	}
	return " (" + strings.TrimSuffix(after, ")") + ")"
}

func plain(err error) string { return strings.TrimPrefix(err.Error(), "x509: ") }
