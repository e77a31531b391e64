package certificates

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"net"
	"slices"
	"strings"
	"testing"
	"time"
)

var now = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)

type issued struct {
	*x509.Certificate
	key crypto.Signer
}

type change func(*x509.Certificate)

var serial int64

// issue makes a certificate; without an issuer it signs itself.
func issue(t *testing.T, name string, issuer *issued, changes ...change) *issued {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial++
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: name},
		NotBefore: now.Add(-time.Hour), NotAfter: now.Add(time.Hour),
	}
	for _, each := range changes {
		each(template)
	}
	parent := &issued{template, key}
	if issuer != nil {
		parent = issuer
	}
	der, err := x509.CreateCertificate(rand.Reader, template, parent.Certificate, key.Public(), parent.key)
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &issued{certificate, key}
}

func authority(c *x509.Certificate) {
	c.BasicConstraintsValid, c.IsCA = true, true
	c.KeyUsage = x509.KeyUsageCertSign
	c.MaxPathLen = -1
}

func signer(c *x509.Certificate) {
	c.KeyUsage = x509.KeyUsageDigitalSignature
	c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageCodeSigning}
}

func named(name string) Name { return Name{{"2.5.4.3", name}} }

func usages(usage x509.KeyUsage) change { return func(c *x509.Certificate) { c.KeyUsage = usage } }

func pathLength(length int) change {
	return func(c *x509.Certificate) { c.MaxPathLen, c.MaxPathLenZero = length, length == 0 }
}

func extended(all ...x509.ExtKeyUsage) change {
	return func(c *x509.Certificate) { c.ExtKeyUsage = all }
}

func valid(from, to time.Duration) change {
	return func(c *x509.Certificate) { c.NotBefore, c.NotAfter = now.Add(from), now.Add(to) }
}

func mail(address string) change {
	return func(c *x509.Certificate) { c.EmailAddresses = []string{address} }
}

func extension(critical bool, value []byte, id ...int) change {
	return func(c *x509.Certificate) {
		c.ExtraExtensions = append(c.ExtraExtensions, pkix.Extension{Id: id, Critical: critical, Value: value})
	}
}

// noDirectory are name constraints (excluded) of the form directoryName, which the library does not look at.
func noDirectory(t *testing.T, name string) []byte {
	t.Helper()
	rdn, err := asn1.Marshal(pkix.Name{CommonName: name}.ToRDNSequence())
	if err != nil {
		t.Fatal(err)
	}
	wrap := func(class, tag int, bytes []byte) []byte {
		out, err := asn1.Marshal(asn1.RawValue{Class: class, Tag: tag, IsCompound: true, Bytes: bytes})
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	const context, universal, sequence = asn1.ClassContextSpecific, asn1.ClassUniversal, asn1.TagSequence
	return wrap(universal, sequence, wrap(context, 1, wrap(universal, sequence, wrap(context, 4, rdn))))
}

func TestValidate(t *testing.T) {
	mails := func(c *x509.Certificate) {
		c.PermittedDNSDomainsCritical = true
		c.PermittedEmailAddresses, c.ExcludedEmailAddresses = []string{"acme.org"}, []string{"evil.acme.org"}
	}
	cases := []struct {
		name                       string
		root, middle, second, leaf []change
		problem                    string
	}{
		{name: "plain"},
		{name: "deep enough", root: []change{pathLength(2)}, middle: []change{pathLength(1)}, second: []change{pathLength(0)}},
		{name: "an authority below pathlen:0", middle: []change{pathLength(0)}, problem: "path length"},
		{name: "an authority too many below the root", root: []change{pathLength(1)}, problem: "path length"},
		{name: "a name that is permitted", middle: []change{mails}, leaf: []change{mail("a@acme.org")}},
		{name: "a name that is excluded", middle: []change{mails}, leaf: []change{mail("a@evil.acme.org")}, problem: "name constraints"},
		{name: "a name that is not permitted", middle: []change{mails}, leaf: []change{mail("a@other.org")}, problem: "name constraints"},
		{name: "an address that the root excludes", root: []change{func(c *x509.Certificate) {
			c.ExcludedIPRanges = []*net.IPNet{{IP: net.IP{10, 0, 0, 0}, Mask: net.CIDRMask(8, 32)}}
		}}, leaf: []change{func(c *x509.Certificate) { c.IPAddresses = []net.IP{{10, 1, 2, 3}} }}, problem: "name constraints"},
		{name: "critical constraints on directory names", middle: []change{extension(true, noDirectory(t, "leaf"), 2, 5, 29, 30)}, problem: "not understood"},
		{name: "other constraints on directory names", middle: []change{extension(false, noDirectory(t, "leaf"), 2, 5, 29, 30)}, problem: "not understood"},
		{name: "an authority for code", middle: []change{extended(x509.ExtKeyUsageCodeSigning)}},
		{name: "an authority for everything", middle: []change{extended(x509.ExtKeyUsageAny)}},
		{name: "an authority for servers", middle: []change{extended(x509.ExtKeyUsageServerAuth)}, problem: "extended key usage"},
		{name: "a second authority for servers", second: []change{extended(x509.ExtKeyUsageServerAuth)}, problem: "extended key usage"},
		{name: "a root for servers", root: []change{extended(x509.ExtKeyUsageServerAuth)}, problem: "extended key usage"},
		{name: "a leaf for servers", leaf: []change{extended(x509.ExtKeyUsageServerAuth)}, problem: "not for signing code"},
		{name: "a leaf without extended usage", leaf: []change{extended()}, problem: "not for signing code"},
		{name: "a leaf for everything", leaf: []change{extended(x509.ExtKeyUsageAny)}, problem: "not for signing code"},
		{name: "a leaf for keys only", leaf: []change{usages(x509.KeyUsageKeyEncipherment)}, problem: "not for signatures"},
		{name: "an authority that may not sign certificates", middle: []change{usages(x509.KeyUsageDigitalSignature)}, problem: "nobody who is trusted issued"},
		{name: "a root that may not sign certificates", root: []change{usages(x509.KeyUsageCRLSign)}, problem: "nobody who is trusted issued"},
		{name: "an authority that is none", middle: []change{func(c *x509.Certificate) { c.IsCA = false }}, problem: "nobody who is trusted issued"},
		{name: "an unknown extension", leaf: []change{extension(false, []byte{5, 0}, 1, 2, 3, 4)}},
		{name: "an unknown critical extension of the leaf", leaf: []change{extension(true, []byte{5, 0}, 1, 2, 3, 4)}, problem: "1.2.3.4"},
		{name: "an unknown critical extension of an authority", middle: []change{extension(true, []byte{5, 0}, 1, 2, 3, 4)}, problem: "1.2.3.4"},
		{name: "an unknown critical extension of the root", root: []change{extension(true, []byte{5, 0}, 1, 2, 3, 4)}, problem: "1.2.3.4"},
		{name: "a leaf that is over", leaf: []change{valid(-2*time.Hour, -time.Minute)}, problem: "leaf was valid until"},
		{name: "a leaf that has not begun", leaf: []change{valid(time.Minute, time.Hour)}, problem: "leaf is valid from"},
		{name: "an authority that is over", middle: []change{valid(-2*time.Hour, -time.Minute)}, problem: "middle was valid until"},
		{name: "a root that is over", root: []change{valid(-2*time.Hour, -time.Minute)}, problem: "root was valid until"},
	}
	for _, each := range cases {
		t.Run(each.name, func(t *testing.T) {
			root := issue(t, "root", nil, append([]change{authority}, each.root...)...)
			middle := issue(t, "middle", root, append([]change{authority}, each.middle...)...)
			second := issue(t, "second", middle, append([]change{authority}, each.second...)...)
			leaf := issue(t, "leaf", second, append([]change{signer}, each.leaf...)...)
			chain := []*x509.Certificate{leaf.Certificate, second.Certificate, middle.Certificate}
			path := Validate(chain, []*x509.Certificate{root.Certificate}, now)
			if each.problem == "" && (path.Problem != "" || !slices.Equal(path.Anchor, named("root"))) {
				t.Errorf("refused: %+v", path)
			}
			if !strings.Contains(path.Problem, each.problem) || !slices.Equal(path.Subject, named("leaf")) {
				t.Errorf("got %+v, want %q", path, each.problem)
			}
		})
	}
}

func TestAnchors(t *testing.T) {
	root := issue(t, "root", nil, authority)
	other := issue(t, "root", nil, authority)
	middle := issue(t, "middle", root, authority)
	leaf := issue(t, "leaf", middle, signer)
	own := issue(t, "own", nil, signer)
	list := func(all ...*issued) []*x509.Certificate {
		out := []*x509.Certificate{}
		for _, each := range all {
			out = append(out, each.Certificate)
		}
		return out
	}
	cases := []struct {
		name         string
		chain, roots []*x509.Certificate
		problem      string
	}{
		{"the root in the chain is none that is trusted", list(leaf, middle, root), nil, "nobody who is trusted"},
		{"with the root", list(leaf, middle, root), list(root), ""},
		{"an intermediate that is trusted", list(leaf), list(middle), ""},
		{"in another order", list(leaf, root, middle), list(root), ""},
		{"another authority of the same name", list(leaf, middle), list(other), "nobody who is trusted"},
		{"the intermediate is missing", list(leaf), list(root), "nobody who is trusted"},
		{"the leaf as its own authority", list(leaf), list(leaf), "named as an authority"},
		{"signed by itself", list(own), list(own), "signed by itself"},
		{"nothing", nil, list(root), "no certificate"},
		{"endless", slices.Repeat(list(leaf), longest+1), list(root), "more than 10"},
	}
	for _, each := range cases {
		t.Run(each.name, func(t *testing.T) {
			path := Validate(each.chain, each.roots, now)
			if (each.problem == "") != (path.Problem == "") || !strings.Contains(path.Problem, each.problem) {
				t.Errorf("got %q, want %q", path.Problem, each.problem)
			}
		})
	}
}

func TestNamesAsTheyAre(t *testing.T) {
	root := issue(t, "root", nil, authority)
	leaf := issue(t, `Acme, "Release"`, root, signer, func(c *x509.Certificate) { c.Subject.Organization = []string{"Acme"} })
	path := Validate([]*x509.Certificate{leaf.Certificate}, []*x509.Certificate{root.Certificate}, now)
	want := Name{{"2.5.4.10", "Acme"}, {"2.5.4.3", `Acme, "Release"`}}
	if path.Problem != "" || !slices.Equal(path.Subject, want) || !slices.Equal(path.Issuer, named("root")) {
		t.Errorf("got %+v", path)
	}
}
