package main

import "fmt"

func newPuller(address string, paths []string) (worker, error) {
	c, err := dial(address)
	if err != nil {
		return nil, err
	}
	return func(index int) (int64, error) {
		path := paths[index%len(paths)]
		if err := c.send([]byte("GET " + path + " HTTP/1.1\r\nHost: " + address + "\r\n\r\n")); err != nil {
			return 0, err
		}
		got, length, err := c.receive()
		if err == nil && got.status != 200 {
			err = fmt.Errorf("status %d for %s", got.status, path)
		}
		return length, err
	}, nil
}
