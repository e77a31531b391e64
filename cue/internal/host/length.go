package host

import (
	"net/http"
	"strconv"
)

// contentLength is -1 where the headers do not say.
func contentLength(headers http.Header) int64 {
	length, err := strconv.ParseInt(headers.Get("Content-Length"), 10, 64)
	if err != nil || length < 0 || headers.Get("Content-Encoding") != "" {
		return -1
	}
	return length
}
