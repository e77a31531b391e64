// Command load is the benchmark's load generator for what wrk cannot do: large downloads, which it drains without copying them,
// pushes, whole images, a mix at a fixed rate, and a server's start. It speaks HTTP/1.1 over blocking sockets so that it takes
// little of the CPU it shares with the server. It prints one JSON object.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
)

type settings struct {
	target
	connections int
	seconds     float64
	count       int
	rate        float64
	paths       string
	blobs       string
	manifest    string
	sizes       string
	folder      string
	push        pushOptions
}

var commands = map[string]func(settings) (*result, error){
	"pull": func(s settings) (*result, error) {
		text, err := os.ReadFile(s.paths)
		if err != nil {
			return nil, err
		}
		list := strings.Fields(string(text))
		return measure(s.connections, func(int) (worker, error) { return newPuller(s.target, list) }, s.seconds, 0)
	},
	"push": func(s settings) (*result, error) {
		// For a time, the same blobs are pushed again and again, so that no store grows with the speed of its server.
		content := newBlobs(s.push, max(s.count, s.connections))
		return measure(s.connections, func(int) (worker, error) { return newPusher(s.target, s.push, content) }, s.seconds, s.count)
	},
	"image": func(s settings) (*result, error) {
		sizes, err := parseSizes(s.sizes)
		if err != nil {
			return nil, err
		}
		images := newImages(s.push.repository, s.push.seed, sizes, s.count)
		run, err := measure(1, func(int) (worker, error) { return newImagePusher(s.target, images, s.connections) }, 0, s.count)
		if err != nil {
			return nil, err
		}
		return run, images.check(s.target)
	},
	"mixed": func(s settings) (*result, error) {
		manifests, err := readExpected(s.paths)
		if err != nil {
			return nil, err
		}
		blobs, err := readExpected(s.blobs)
		if err != nil {
			return nil, err
		}
		pushes := newImages(s.push.repository, s.push.seed, []int64{s.push.size}, int(s.rate*s.seconds)/cycle+1)
		return runMixed(s.target, &mix{manifests, blobs, pushes}, s.connections, s.rate, s.seconds)
	},
	"start": func(s settings) (*result, error) {
		list, err := readExpected(s.paths)
		if err != nil {
			return nil, err
		}
		return runStart(s.target, list, s.connections, s.seconds)
	},
	"fill": func(s settings) (*result, error) {
		names, err := os.ReadFile(s.paths)
		if err != nil {
			return nil, err
		}
		blob, err := os.ReadFile(s.blobs)
		if err != nil {
			return nil, err
		}
		fill := &filler{strings.Fields(string(names)), wholeBlob(blob), int64(len(blob)), s.manifest}
		return measure(s.connections, func(int) (worker, error) { return fill.open(s.target) }, 0, len(fill.names))
	},
	"certificate": func(s settings) (*result, error) { return &result{}, writeCertificate(s.folder) },
}

func main() {
	var s settings
	flag.StringVar(&s.address, "address", "", "host:port of the server")
	flag.BoolVar(&s.tls, "tls", false, "speak TLS")
	flag.StringVar(&s.authorization, "authorization", "", "value of the Authorization header")
	flag.StringVar(&s.accept, "accept", manifestType, "value of the Accept header of manifests")
	flag.IntVar(&s.connections, "connections", 1, "connections")
	flag.Float64Var(&s.seconds, "seconds", 0, "seconds to go on for (pull, mixed, start, push without a count)")
	flag.IntVar(&s.count, "count", 0, "blobs or images to push")
	flag.Float64Var(&s.rate, "rate", 0, "operations a second (mixed)")
	flag.StringVar(&s.paths, "paths", "", "file with one path a line (pull), with a path and a digest (mixed, start), or with one repository (fill)")
	flag.StringVar(&s.blobs, "blobs", "", "file with a path and a digest a line (mixed); the blob itself (fill)")
	flag.StringVar(&s.manifest, "manifest", "", "text of the manifest, with {repository} in it (fill)")
	flag.StringVar(&s.sizes, "sizes", "", "bytes of each layer, with commas between (image)")
	flag.StringVar(&s.folder, "folder", "", "where certificate.pem and key.pem go (certificate)")
	flag.StringVar(&s.push.repository, "repository", "", "repository to push to")
	flag.Int64Var(&s.push.size, "size", 0, "bytes of a blob")
	flag.Int64Var(&s.push.chunk, "chunk", 0, "bytes of a PATCH; 0 sends the blob with the PUT")
	flag.StringVar(&s.push.seed, "seed", "", "makes the blobs of this run differ from those of others")
	flag.Parse()

	command, known := commands[flag.Arg(0)]
	if !known {
		fail(fmt.Errorf("unknown command %q", flag.Arg(0)))
	}
	run, err := command(s)
	if err != nil {
		fail(err)
	}
	json.NewEncoder(os.Stdout).Encode(run)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "load:", err)
	os.Exit(1)
}

func parseSizes(text string) ([]int64, error) {
	var sizes []int64
	for _, each := range strings.Split(text, ",") {
		size, err := strconv.ParseInt(each, 10, 64)
		if err != nil {
			return nil, err
		}
		sizes = append(sizes, size)
	}
	return sizes, nil
}
