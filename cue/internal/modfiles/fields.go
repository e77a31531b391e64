package modfiles

import "slices"

// order is how cue orders the fields of module.cue. `description`, which cue would leave out, comes after the source.
var order = []string{"module", "language", "source", "description", "deps", "custom"}

// addField inserts a field of the file where cue would have it among those that are there.
func (d *document) addField(name string, e entry) error {
	home := d.root
	if modules := d.find("module"); len(modules) > 0 {
		home = modules[0].in
	}
	place := slices.Index(order, name)
	var previous *member
	for _, m := range home.members {
		if at := slices.Index(order, m.name); at >= 0 && at < place {
			previous = m
		}
	}
	if previous != nil {
		return d.after(previous, e)
	}
	if len(home.members) > 0 {
		return d.before(home.members[0], e)
	}
	return d.add(home, e)
}

// setString sets a string field of the file, or of a struct in it.
func (d *document) setString(value string, path ...string) error {
	if found, err := d.setValue(value, path...); found || err != nil {
		return err
	}
	if len(path) == 1 {
		return d.addField(path[0], plain(path[0]+": "+value))
	}
	if parents := d.find(path[0]); len(parents) > 0 && parents[0].value != nil {
		return d.add(parents[0].value, plain(path[1]+": "+value))
	}
	inline := path[0] + ": " + path[1] + ": " + value
	if !d.long && mostlyShort(append(d.find("language"), d.find("source")...)) {
		return d.addField(path[0], plain(inline))
	}
	return d.addField(path[0], entry{block: []string{path[0] + ": {", "\t" + path[1] + ": " + value, "}"}, inline: inline})
}
