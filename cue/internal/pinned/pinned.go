// Package pinned holds what this program uses of CUE's internals, which promise nothing: its tests are compiled against the pinned
// release. What a later release moves or changes is named there, each in a line, and not by whatever uses it first.
package pinned
