package main

import (
	"io"
	"os"
	"os/signal"
	"sync"
	"time"
)

// grace is what work may take that is under way when the input ends.
const grace = 2 * time.Second

// leaveSignals leaves it to opm to end this process: a Ctrl-C in a terminal goes to both, and opm then cancels what runs.
func leaveSignals() { signal.Ignore(os.Interrupt) }

// lifeline is an input whose end is the end of the process, also in the middle of an evaluation that nothing can stop.
type lifeline struct {
	io.Reader
	once sync.Once
}

func (l *lifeline) Read(p []byte) (int, error) {
	n, err := l.Reader.Read(p)
	if err != nil {
		l.once.Do(func() { time.AfterFunc(grace, func() { os.Exit(1) }) })
	}
	return n, err
}
