package rpc

import (
	"context"
	"strings"
	"sync"
)

// memoryLimit bounds how many errors a call remembers: the first ones are the causes.
const memoryLimit = 64

// memory has the errors that happened under a call: libraries between them and the handler may keep only their text.
type memory struct {
	mu     sync.Mutex
	errors []*Error
}

type memoryKey struct{}

// WithMemory returns a context that remembers errors, as the context of every handler does.
func WithMemory(ctx context.Context) context.Context {
	return context.WithValue(ctx, memoryKey{}, new(memory))
}

// Remember keeps an error for [FromError], and returns it. It does nothing in a context without memory.
func Remember(ctx context.Context, err *Error) *Error {
	m := memoryOf(ctx)
	if m == nil {
		return err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.errors) < memoryLimit {
		m.errors = append(m.errors, err)
	}
	return err
}

func memoryOf(ctx context.Context) *memory {
	m, _ := ctx.Value(memoryKey{}).(*memory)
	return m
}

// find returns the remembered error that says most of what is in the text of err.
func (m *memory) find(err error) (*Error, bool) {
	if m == nil || err == nil {
		return nil, false
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	text := err.Error()
	var best *Error
	for _, e := range m.errors {
		if e.Message != "" && strings.Contains(text, e.Message) && (best == nil || len(e.Message) > len(best.Message)) {
			best = e
		}
	}
	return best, best != nil
}
