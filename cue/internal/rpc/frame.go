// Package rpc is the wire between opm and opm-cue: length-prefixed frames, requests in both directions, bodies with flow
// control, events and cancellation. The protocol is described in src/modules/helper/wire.ts.
package rpc

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"sync"
)

const (
	// Protocol is the version of the protocol that this package speaks.
	Protocol = 2
	// HeaderLimit and BodyLimit are the largest header and body of a frame, in bytes.
	HeaderLimit = 64 << 20
	BodyLimit   = 64 << 10
	// Window is what the writer of a body may have in flight before the first credit, in bytes.
	Window = 1 << 20
)

// Side is one end of the wire.
type Side string

const (
	// Host is opm, which starts the helper.
	Host Side = "host"
	// Helper is opm-cue.
	Helper Side = "helper"
)

// Kinds of frames, and the parts of a request that have bodies.
const (
	kindRequest = "request"
	kindData    = "data"
	kindEvent   = "event"
	kindReply   = "reply"
	kindError   = "error"
	kindCancel  = "cancel"
	kindCredit  = "credit"

	partRequest = "request"
	partReply   = "reply"
)

// header is the JSON part of a frame.
type header struct {
	Kind   string          `json:"kind"`
	From   Side            `json:"from"`
	ID     uint64          `json:"id"`
	Method string          `json:"method,omitempty"`
	Params json.RawMessage `json:"params,omitempty"`
	Part   string          `json:"part,omitempty"`
	End    *bool           `json:"end,omitempty"`
	Event  json.RawMessage `json:"event,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	Error  *Error          `json:"error,omitempty"`
	Bytes  int64           `json:"bytes,omitempty"`
}

// readFrame reads one frame. It returns [io.EOF] only at the border between two frames.
func readFrame(r io.Reader) (header, []byte, error) {
	var sizes [8]byte
	if _, err := io.ReadFull(r, sizes[:]); err != nil {
		return header{}, nil, err
	}
	headerSize, bodySize := binary.BigEndian.Uint32(sizes[:4]), binary.BigEndian.Uint32(sizes[4:])
	if headerSize > HeaderLimit || bodySize > BodyLimit {
		return header{}, nil, fmt.Errorf("frame of %d and %d bytes is larger than the protocol allows", headerSize, bodySize)
	}
	raw, err := readExactly(r, int64(headerSize))
	if err != nil {
		return header{}, nil, err
	}
	var h header
	if err := json.Unmarshal(raw, &h); err != nil {
		return header{}, nil, fmt.Errorf("header of a frame is not what the protocol has: %w", err)
	}
	body, err := readExactly(r, int64(bodySize))
	if err != nil {
		return header{}, nil, err
	}
	return h, body, nil
}

// readExactly reads n bytes, and takes memory only for what has come.
func readExactly(r io.Reader, n int64) ([]byte, error) {
	if n == 0 {
		return nil, nil
	}
	var buffer bytes.Buffer
	buffer.Grow(int(min(n, BodyLimit)))
	if got, err := io.CopyN(&buffer, r, n); err != nil {
		return nil, fmt.Errorf("frame ends after %d of %d bytes: %w", got, n, io.ErrUnexpectedEOF)
	}
	return buffer.Bytes(), nil
}

// frameWriter writes whole frames, each with one write.
type frameWriter struct {
	mu     sync.Mutex
	w      io.Writer
	buffer []byte
}

func (f *frameWriter) write(h header, body []byte) error {
	raw, err := json.Marshal(h)
	if err != nil {
		return err
	}
	if len(raw) > HeaderLimit {
		return errTooLarge
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	buffer := binary.BigEndian.AppendUint32(f.buffer[:0], uint32(len(raw)))
	buffer = binary.BigEndian.AppendUint32(buffer, uint32(len(body)))
	buffer = append(append(buffer, raw...), body...)
	if cap(buffer) <= 4*BodyLimit {
		f.buffer = buffer
	}
	_, err = f.w.Write(buffer)
	return err
}
