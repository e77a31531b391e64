package store

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"

	"cuelang.org/go/mod/module"
)

// openArchive opens the cached archive as [OpenArchive] does, after its bytes were held against what is known of them: an archive
// whose sums are right may still be another one. It is a [*Damage] where they differ. An archive that cue has brought is believed,
// and remembered with [Layout.rememberArchive].
func (l Layout) openArchive(mv module.Version) (*Archive, error) {
	if known, err := os.ReadFile(l.zipRecord); err == nil {
		digest, err := digestOf(l.Zip)
		if err != nil {
			return nil, err
		}
		if digest != string(known) {
			return nil, damagef("%s is not what came from the registry", l.Zip)
		}
	}
	return OpenArchive(l.Zip, mv)
}

// rememberArchive notes what the bytes of the archive are. A note that cannot be made is not missed.
func (l Layout) rememberArchive() {
	if digest, err := digestOf(l.Zip); err == nil {
		_ = writeFile(l.zipRecord, []byte(digest))
	}
}

func digestOf(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func isDamage(err error) bool {
	_, ok := errors.AsType[*Damage](err)
	return ok
}
