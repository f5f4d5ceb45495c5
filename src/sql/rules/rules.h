#pragma once

#include "sql/rules/rewrite.h"

namespace azud::sql {

/// The expression computed as far as its literals and the rules of logic allow.
ExpressionPtr simplify(const ExpressionPtr& expression);

/// Simplifies all expressions; filters that are TRUE go away.
Roots simplify_expressions(const Roots& roots);
/// Moves filters towards the sources, each condition of an AND by itself: below projections, unions, windows, and below
/// OVER and GROUP BY where they are about their keys, and into the normalize of an upsert source. Never below a
/// watermark or into a node that others read too.
Roots push_filters(const Roots& roots);
/// Joins projections over projections, and drops those that change nothing.
Roots merge_projects(const Roots& roots);
/// Makes equal nodes over equal inputs one, so that they are computed once.
Roots share_nodes(const Roots& roots);
/// GROUP BY of what has one row a group anyway is a projection, as in Flink: SUM, MIN and MAX of one row are its value.
/// So the groups' changes stay updates, and no state is kept.
Roots drop_aggregates(const Roots& roots);
/// Takes the normalize away where only a temporal join reads it: that keeps the versions of each key itself, and would
/// keep every row twice.
Roots drop_normalize(const Roots& roots);
/// A temporal join with the last row of each key, WHERE ROW_NUMBER() OVER (PARTITION BY key ORDER BY rowtime DESC) = 1,
/// reads the rows themselves: each is a version.
Roots read_versions(const Roots& roots);
/// Leaves out columns that nobody reads, down to the scans.
Roots prune_columns(const Roots& roots);

/// All of them in the order that works.
Roots optimise(const Roots& roots);

/// A condition as the list of those that AND joins.
std::vector<ExpressionPtr> conjuncts_of(const ExpressionPtr& condition);
/// The other way round; null for an empty list.
ExpressionPtr all_of(std::vector<ExpressionPtr> conditions);

}  // namespace azud::sql
