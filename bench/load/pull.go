package main

import "fmt"

func newPuller(to target, paths []string) (worker, error) {
	c, err := dial(to)
	if err != nil {
		return nil, err
	}
	return func(index int) (int64, error) {
		path := paths[index%len(paths)]
		if err := c.send([]byte(to.head("GET", path) + "\r\n")); err != nil {
			return 0, err
		}
		got, length, err := c.receive()
		if err == nil && got.status != 200 {
			err = fmt.Errorf("status %d for %s", got.status, path)
		}
		return length, err
	}, nil
}
