package rpc

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"strings"
	"testing"
)

func TestGarbageEndsTheConnection(t *testing.T) {
	sizes := func(header, body uint32) []byte {
		return binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, header), body)
	}
	request := `{"kind":"request","from":"host","id":1,"method":"wait"}`
	tests := map[string]struct {
		input []byte
		want  string
	}{
		"huge header":        {sizes(HeaderLimit+1, 0), "larger than the protocol allows"},
		"huge body":          {sizes(2, BodyLimit+1), "larger than the protocol allows"},
		"cut in the sizes":   {[]byte{0, 0, 0}, "unexpected EOF"},
		"cut in the header":  {append(sizes(100, 0), "{"...), "frame ends after 1 of 100 bytes"},
		"cut in the body":    {append(sizes(2, 10), "{}x"...), "frame ends after 1 of 10 bytes"},
		"promised 64 MiB":    {sizes(HeaderLimit, 0), "frame ends after 0 of"},
		"text":               {[]byte("Segmentation fault (core dumped)\n"), "larger than the protocol allows"},
		"no JSON":            {frame(`{"kind":`, nil), "header of a frame"},
		"other JSON":         {frame(`[1, 2]`, nil), "header of a frame"},
		"empty header":       {sizes(0, 0), "header of a frame"},
		"negative id":        {frame(`{"kind":"request","from":"host","id":-1}`, nil), "header of a frame"},
		"no sender":          {frame(`{"kind":"request","id":1}`, nil), `frame from ""`},
		"the same id twice":  {append(frame(request, nil), frame(request, nil)...), "came twice"},
		"unknown kind":       {append(frame(request, nil), frame(`{"kind":"what","from":"host","id":1}`, nil)...), `kind "what"`},
		"negative credit":    {append(frame(request, nil), frame(`{"kind":"credit","from":"host","id":1,"bytes":-5}`, nil)...), "credit of -5 bytes"},
		"unknown is ignored": {frame(`{"kind":"reply","from":"helper","id":99,"result":{}}`, nil), ""},
		"nothing":            {nil, ""},
	}
	methods := map[string]Handler{"wait": func(ctx context.Context, _ *Call) (any, error) { <-ctx.Done(); return nil, ctx.Err() }}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			err := NewConn(Helper, bytes.NewReader(test.input), io.Discard).Serve(context.Background(), methods)
			switch {
			case test.want == "" && err != nil:
				t.Errorf("error is %v, want none", err)
			case test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)):
				t.Errorf("error is %v, want %q", err, test.want)
			}
		})
	}
}

// A host that breaks the protocol of a body is found out.
func TestOverrun(t *testing.T) {
	toHelper, in := io.Pipe()
	out, fromHelper := io.Pipe()
	conn := NewConn(Helper, toHelper, fromHelper)
	served := make(chan error, 1)
	go func() { served <- conn.Serve(context.Background(), nil); toHelper.Close() }()
	go func() { _, _ = io.Copy(io.Discard, out) }()
	replied := make(chan *Reply, 1)
	go func() {
		reply, err := conn.Request(limited(t), "http", struct{}{}, nil)
		if err != nil {
			t.Error(err)
		}
		replied <- reply
	}()
	for asked := 0; asked == 0; {
		conn.mu.Lock()
		asked = len(conn.asked)
		conn.mu.Unlock()
	}
	if _, err := in.Write(frame(`{"kind":"reply","from":"helper","id":1,"result":{"body":true}}`, nil)); err != nil {
		t.Fatal(err)
	}
	<-replied
	data := frame(`{"kind":"data","from":"helper","id":1,"part":"reply","end":false}`, make([]byte, BodyLimit))
	for range Window/BodyLimit + 1 {
		if _, err := in.Write(data); err != nil {
			t.Fatal(err)
		}
	}
	if err := <-served; err == nil || !strings.Contains(err.Error(), errOverrun.Error()) {
		t.Errorf("error is %v", err)
	}
	in.Close()
}

func TestHugeFrames(t *testing.T) {
	host, _ := pair(t, map[string]Handler{
		"echo": echo,
		"big":  func(context.Context, *Call) (any, error) { return strings.Repeat("x", HeaderLimit), nil },
	}, nil)
	text := strings.Repeat("a", 4<<20)
	reply, err := host.Request(limited(t), "echo", map[string]string{"text": text}, nil)
	if err != nil || len(reply.Result) != len(text)+len(`{"text":""}`) {
		t.Errorf("%v", err)
	}
	if _, err := host.Request(limited(t), "big", struct{}{}, nil); err == nil || err.Error() != errTooLarge.Message {
		t.Errorf("error is %v", err)
	}
	if _, err := host.Request(limited(t), "echo", map[string]string{"text": "still there"}, nil); err != nil {
		t.Error(err)
	}
}
