package main

import "time"

// startLimit is how long a server may take until it answers.
const startLimit = 20 * time.Second

// runStart waits for a server that is being started to answer, and then asks on all connections for a time. The first answer is
// in the result as seconds since the epoch.
func runStart(to target, list []expected, connections int, seconds float64) (*result, error) {
	first, err := firstAnswer(to, list[0])
	if err != nil {
		return nil, err
	}
	answered := time.Now()
	run, err := measure(connections, func(int) (worker, error) {
		c, err := dial(to)
		if err != nil {
			return nil, err
		}
		return func(index int) (int64, error) { return 0, c.get(to, list[index%len(list)]) }, nil
	}, seconds-time.Since(answered).Seconds(), 0)
	first.close()
	if run != nil {
		run.FirstAnswer = float64(answered.UnixMicro()) / 1e6
	}
	return run, err
}

func firstAnswer(to target, want expected) (*connection, error) {
	for begun := time.Now(); ; time.Sleep(time.Millisecond) {
		c, err := dial(to)
		if err == nil {
			if err = c.get(to, want); err == nil {
				return c, nil
			}
			c.close()
		}
		if time.Since(begun) > startLimit {
			return nil, err
		}
	}
}
