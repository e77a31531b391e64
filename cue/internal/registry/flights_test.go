package registry

import (
	"errors"
	"sync"
	"testing"
)

func TestFlightsFindOnce(t *testing.T) {
	var f flights[string, int]
	var found int
	started, release := make(chan struct{}), make(chan struct{})
	var waiting sync.WaitGroup
	waiting.Go(func() {
		value, err := f.do("key", func() (int, error) {
			close(started)
			<-release
			found++
			return 7, nil
		})
		if value != 7 || err != nil {
			t.Errorf("the finder got %d, %v", value, err)
		}
	})
	<-started
	for range 4 {
		waiting.Go(func() {
			value, err := f.do("key", func() (int, error) { found++; return 8, nil })
			if value != 7 || err != nil {
				t.Errorf("a waiter got %d, %v", value, err)
			}
		})
	}
	close(release)
	waiting.Wait()
	if found != 1 {
		t.Errorf("found %d times", found)
	}
}

func TestFlightsAPanicIsAnErrorForWhoWaits(t *testing.T) {
	var f flights[string, *int]
	started, release := make(chan struct{}), make(chan struct{})
	var waiting sync.WaitGroup
	waiting.Go(func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic did not reach the finder")
			}
		}()
		_, _ = f.do("key", func() (*int, error) {
			close(started)
			<-release
			panic("broken")
		})
	})
	<-started
	waiting.Go(func() {
		value, err := f.do("key", func() (*int, error) { return nil, errors.New("not asked") })
		if value != nil || !errors.Is(err, errPanicked) {
			t.Errorf("a waiter got %v, %v", value, err)
		}
	})
	close(release)
	waiting.Wait()
}
