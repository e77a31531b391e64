package pinned

import (
	"context"
	"io/fs"
	"iter"
	"os"
	"time"

	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/errors"
	"cuelang.org/go/internal"
	"cuelang.org/go/internal/buildattr"
	"cuelang.org/go/internal/cueversion"
	"cuelang.org/go/internal/encoding/yaml"
	"cuelang.org/go/internal/mod/modimports"
	"cuelang.org/go/internal/mod/modload"
	"cuelang.org/go/internal/mod/modpkgload"
	"cuelang.org/go/internal/mod/modrequirements"
	"cuelang.org/go/internal/mod/modresolve"
	"cuelang.org/go/internal/mod/semver"
	"cuelang.org/go/internal/par"
	"cuelang.org/go/internal/robustio"
	"cuelang.org/go/internal/vcs"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"
)

// Files.
var (
	_ func(*ast.Attribute) *internal.Attr                                     = internal.ParseAttr
	_ func(*ast.File, func(string) bool) (bool, *ast.Attribute, errors.Error) = buildattr.ShouldBuildFile
	_ func(*ast.File) bool                                                    = buildattr.ShouldIgnoreFile
	_ func(ast.Node) ([]byte, error)                                          = yaml.Encode
	_ func(string) ([]byte, error)                                            = robustio.ReadFile
	_ func(oldpath, newpath string) error                                     = robustio.Rename
	_ func(string, []byte, os.FileMode) error                                 = robustio.WriteFile
	_ func(kind, dir string) (vcs.VCS, error)                                 = vcs.New
	_ func(vcs.VCS) string                                                    = vcs.VCS.Root
	_ func(vcs.VCS, context.Context, string, ...string) ([]string, error)     = vcs.VCS.ListFiles
	_ func(vcs.VCS, context.Context, ...string) (vcs.Status, error)           = vcs.VCS.Status
	_                                                                         = vcs.Status{Revision: "", CommitTime: time.Time{}, Uncommitted: false}
)

// Versions.
var (
	_ func() string         = cueversion.LanguageVersion
	_ func() string         = cueversion.ModuleVersion
	_ func(string) string   = semver.Build
	_ func(string) string   = semver.Canonical
	_ func(v, w string) int = semver.Compare
	_ func(string) bool     = semver.IsValid
	_ func(string) string   = semver.Major
	_ func(string) string   = semver.Prerelease
	_ func([]string)        = semver.Sort
)

// What modules require.
var (
	_ func(fs.FS, string) iter.Seq2[modimports.ModuleFile, error] = modimports.AllModuleFiles
	_                                                             = modimports.ModuleFile{FilePath: "", Syntax: (*ast.File)(nil), SyntaxError: error(nil)}

	_ func(context.Context, fs.FS, string, modload.Registry, *modload.TidyOptions) error                        = modload.CheckTidy
	_ func(context.Context, fs.FS, string, modload.Registry, *modload.TidyOptions) (*modload.TidyResult, error) = modload.Tidy
	_ func(context.Context, fs.FS, string, modload.Registry, []string) (*modfile.File, error)                   = modload.UpdateVersions
	_                                                                                                           = modload.TidyOptions{LocForPath: func(string) (module.SourceLoc, error) { return module.SourceLoc{}, nil }, LocalOnly: false}
	_                                                                                                           = modload.TidyResult{Module: (*modfile.File)(nil), Local: (*modfile.File)(nil)}
	_ func(modload.Registry, context.Context, module.Version) (module.SourceLoc, error)                         = modload.Registry.Fetch
	_ func(modload.Registry, context.Context, module.Version) (*modfile.File, error)                            = modload.Registry.ModFile
	_ func(modload.Registry, context.Context, string) ([]string, error)                                         = modload.Registry.ModuleVersions
	_ func(string, modrequirements.Registry, []module.Version, map[string]string) *modrequirements.Requirements = modrequirements.NewRequirements
	_ func(*modrequirements.Requirements, context.Context) (*modrequirements.ModuleGraph, error)                = (*modrequirements.Requirements).Graph
	_ func(*modrequirements.ModuleGraph) []module.Version                                                       = (*modrequirements.ModuleGraph).BuildList
	_ func(*modrequirements.ModuleGraph, string) string                                                         = (*modrequirements.ModuleGraph).Selected
)

// Packages.
var (
	_ func(string) bool                                                          = modpkgload.IsStdlibPackage
	_ func(string) (dir, base, version string, err error)                        = modpkgload.ReplaceTarget
	_ func(*modfile.File) (*modpkgload.Replacements, error)                      = modpkgload.NewReplacements
	_                                                                            = modpkgload.LoadPackages
	_                                                                            = modpkgload.NewReplacingRegistry
	_ error                                                                      = (*modpkgload.ImportMissingError)(nil)
	_ func(*modpkgload.Packages) []*modpkgload.Package                           = (*modpkgload.Packages).All
	_ func(*modpkgload.Packages, string) *modpkgload.Package                     = (*modpkgload.Packages).Pkg
	_ func(*modpkgload.Package) error                                            = (*modpkgload.Package).Error
	_ func(*modpkgload.Package) string                                           = (*modpkgload.Package).ImportPath
	_ func(*modpkgload.Package) []*modpkgload.Package                            = (*modpkgload.Package).Imports
	_ func(*modpkgload.Package) module.Version                                   = (*modpkgload.Package).Mod
	_ func(*par.ErrCache[string, int], string, func() (int, error)) (int, error) = (*par.ErrCache[string, int]).Do
	_ func(*par.ErrCache[string, int], string) (int, error)                      = (*par.ErrCache[string, int]).Get
)

// Where modules are.
var (
	_ func(text, catchAll string) (modresolve.LocationResolver, error)              = modresolve.ParseCUERegistry
	_ func(text []byte, name, catchAll string) (modresolve.LocationResolver, error) = modresolve.ParseConfig
	_ func() string                                                                 = modresolve.RegistryConfigSchema
	_ func(modresolve.LocationResolver, string, string) (modresolve.Location, bool) = modresolve.LocationResolver.ResolveToLocation
	_                                                                               = modresolve.Location{Host: "", Insecure: false, Repository: "", Tag: ""}
)
