package pinned

import (
	"iter"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/internal/core/adt"
	"cuelang.org/go/internal/value"
)

// Between values and the evaluator.
var (
	_ func(*adt.OpContext, adt.Value) cue.Value                                   = value.Make
	_ func(cue.Value) *adt.OpContext                                              = value.OpContext[cue.Value]
	_ func(cue.Value) *adt.Vertex                                                 = value.Vertex
	_ func(*adt.OpContext, *adt.Environment, adt.Expr) (adt.Value, bool)          = (*adt.OpContext).Evaluate
	_ func(*adt.OpContext, adt.Conjunct, adt.Resolver) (*adt.Vertex, *adt.Bottom) = (*adt.OpContext).Resolve
	_ func(adt.Value) adt.Value                                                   = adt.Unwrap
	_                                                                             = adt.Environment{Up: (*adt.Environment)(nil), Vertex: (*adt.Vertex)(nil)}
	_ func(*adt.Environment, adt.Node, adt.CloseInfo) adt.Conjunct                = adt.MakeConjunct
	_ func(*adt.Environment, adt.Node) adt.Conjunct                               = adt.MakeRootConjunct
	_ func(adt.Conjunct) adt.Elem                                                 = adt.Conjunct.Elem
	_ func(*adt.Conjunct) ast.Node                                                = (*adt.Conjunct).Source
	_                                                                             = adt.Conjunct{Env: (*adt.Environment)(nil)}
)

// Vertices.
var (
	_ = adt.Vertex{
		Arcs: []*adt.Vertex(nil), ArcType: adt.ArcMember, BaseValue: adt.BaseValue(nil), ClosedNonRecursive: false, ClosedRecursive: false,
		Conjuncts: adt.ConjunctGroup(nil), IsDynamic: false, Label: adt.InvalidLabel, Parent: (*adt.Vertex)(nil), Structs: []adt.StructInfo(nil),
	}
	_                                                = adt.StructInfo{StructLit: (*adt.StructLit)(nil)}
	_ func(*adt.Vertex, adt.Conjunct) *adt.Bottom    = (*adt.Vertex).AddConjunct
	_ func(*adt.Vertex, *adt.OpContext, *adt.Vertex) = (*adt.Vertex).AddOpenConjunct
	_ func(*adt.Vertex) *adt.Bottom                  = (*adt.Vertex).Bottom
	_ func(*adt.Vertex) *adt.Vertex                  = (*adt.Vertex).Default
	_ func(*adt.Vertex) *adt.Vertex                  = (*adt.Vertex).DerefValue
	_ func(*adt.Vertex, *adt.OpContext)              = (*adt.Vertex).Finalize
	_ func(*adt.Vertex)                              = (*adt.Vertex).ForceDone
	_ func(*adt.Vertex) bool                         = (*adt.Vertex).HasConjuncts
	_ func(*adt.Vertex) adt.Kind                     = (*adt.Vertex).Kind
	_ func(*adt.Vertex) iter.Seq[adt.Conjunct]       = (*adt.Vertex).LeafConjuncts
	_ func(*adt.Vertex, adt.Feature) *adt.Vertex     = (*adt.Vertex).Lookup
	_ func(*adt.Vertex, adt.Feature) *adt.Vertex     = (*adt.Vertex).LookupRaw
	_ func(*adt.Vertex, *adt.OpContext) *adt.Vertex  = (*adt.Vertex).ToDataAll
	_ func(*adt.Vertex) *adt.Vertex                  = (*adt.Vertex).ToDataSingle
)

// Labels.
var (
	_ func(adt.StringIndexer, string, string) adt.Feature = adt.MakeIdentLabel
	_ func(adt.StringIndexer, string) adt.Feature         = adt.MakeStringLabel
	_ func(adt.Feature, adt.StringIndexer) string         = adt.Feature.IdentString
	_ func(adt.Feature, adt.StringIndexer) string         = adt.Feature.SelectorString
	_ func(adt.Feature, adt.StringIndexer) string         = adt.Feature.StringValue
	_ func(adt.Feature, *adt.OpContext) adt.Value         = adt.Feature.ToValue
	_ func(adt.Feature) int                               = adt.Feature.Index
	_ func(adt.Feature) bool                              = adt.Feature.IsInt
	_ func(adt.Feature) bool                              = adt.Feature.IsLet
	_ func(adt.Feature) bool                              = adt.Feature.IsRegular
	_ func(adt.Feature) bool                              = adt.Feature.IsString
)

// Kinds, and values of them.
var (
	_ = []adt.Kind{adt.BoolKind, adt.ListKind, adt.NullKind, adt.NumberKind, adt.StringKind, adt.StructKind, adt.TopKind}
	_ = []adt.Value{(*adt.Bool)(nil), (*adt.String)(nil), (*adt.Top)(nil), (*adt.Disjunction)(nil), &adt.Builtin{Result: adt.TopKind}}
	_ = adt.Disjunction{NumDefaults: 0, Values: []adt.Value(nil)}
)

// Expressions and clauses.
var (
	_ = []adt.Expr{
		&adt.BinaryExpr{Op: adt.AndOp, X: adt.Expr(nil), Y: adt.Expr(nil)},
		&adt.CallExpr{Fun: adt.Expr(nil), Args: []adt.Expr(nil)},
		&adt.DisjunctionExpr{Values: []adt.Disjunct{{Val: adt.Expr(nil)}}},
		&adt.IndexExpr{X: adt.Expr(nil)},
		&adt.Interpolation{Parts: []adt.Expr(nil)},
		&adt.ListLit{Elems: []adt.Elem(nil)},
		&adt.OpenExpr{X: adt.Expr(nil)},
		&adt.SelectorExpr{X: adt.Expr(nil)},
		&adt.SliceExpr{X: adt.Expr(nil)},
		&adt.StructLit{Decls: []adt.Decl(nil)},
	}
	_ = []adt.Yielder{
		&adt.ForClause{Key: adt.InvalidLabel, Value: adt.InvalidLabel, Src: adt.Expr(nil)},
		&adt.IfClause{Condition: adt.Expr(nil)},
		&adt.LetClause{Label: adt.InvalidLabel, Expr: adt.Expr(nil)},
		&adt.TryClause{Label: adt.InvalidLabel, Expr: adt.Expr(nil)},
	}
	_ = adt.Comprehension{Clauses: []adt.Yielder(nil), Value: (*adt.StructLit)(nil), Fallback: (*adt.StructLit)(nil)}
	_ = []adt.Decl{&adt.Field{Label: adt.InvalidLabel, Value: adt.Expr(nil)}, &adt.Ellipsis{Value: adt.Expr(nil)}}
)
