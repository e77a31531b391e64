package main

import "sort"

// result is what is printed. Times are in seconds.
type result struct {
	Requests int     `json:"requests"`
	Bytes    int64   `json:"bytes"`
	Seconds  float64 `json:"seconds"`
	P50      float64 `json:"p50"`
	P99      float64 `json:"p99"`
	// FirstAnswer is when a server that was being started first answered, since the epoch.
	FirstAnswer float64 `json:"firstAnswer,omitempty"`
	// Latencies are by kind of operation.
	Latencies map[string]percentiles `json:"latencies,omitempty"`
}

type percentiles struct {
	Count int     `json:"count"`
	P50   float64 `json:"p50"`
	P90   float64 `json:"p90"`
	P99   float64 `json:"p99"`
	P999  float64 `json:"p999"`
}

func summary(times []float64, seconds float64) *result {
	p := percentilesOf(times)
	return &result{Requests: p.Count, Seconds: seconds, P50: p.P50, P99: p.P99}
}

func percentilesOf(times []float64) percentiles {
	if len(times) == 0 {
		return percentiles{}
	}
	sort.Float64s(times)
	at := func(share float64) float64 { return times[int(share*float64(len(times)-1))] }
	return percentiles{len(times), at(0.5), at(0.9), at(0.99), at(0.999)}
}
