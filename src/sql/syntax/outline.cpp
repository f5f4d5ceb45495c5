#include "sql/syntax/outline.h"

#include <array>

namespace azud::sql {
namespace {

constexpr std::array<std::string_view, 5> join_names = {"inner", "left", "right", "full", "cross"};
constexpr std::array<std::string_view, 3> set_names = {"union", "intersect", "except"};

std::string join_path(const ast::NamePath& path) {
  std::string out;
  for (const ast::Name& name : path) out += (out.empty() ? "" : ".") + name.text;
  return out;
}

class Outliner {
 public:
  explicit Outliner(const Source& source) : source_(source) {}

  void query(const ast::Query& node, int level) {
    for (const ast::CommonTable& table : node.with) {
      line(level, fmt::format("with {}", table.name.text));
      query(*table.query, level + 1);
    }
    if (!node.order_by.empty()) line(level, "order by " + keys(node.order_by));
    if (node.limit) line(level, "limit " + text(*node.limit));
    if (node.offset) line(level, "offset " + text(*node.offset));
    std::visit([&](const auto& body) { this->body(body, level); }, node.body);
  }

  std::string take() { return std::move(out_); }

 private:
  void line(int level, std::string_view what) {
    out_.append(static_cast<std::size_t>(level) * 2, ' ');
    out_.append(what);
    out_ += '\n';
  }

  /// As written, in one line.
  std::string text(const ast::Expr& expr) const {
    std::string out;
    for (const char c : source_.text(expr.place)) {
      const bool blank = c == ' ' || c == '\n' || c == '\t' || c == '\r';
      if (!blank)
        out += c;
      else if (!out.empty() && out.back() != ' ')
        out += ' ';
    }
    return out;
  }

  std::string keys(const std::vector<ast::OrderItem>& items) const {
    std::string out;
    for (const ast::OrderItem& item : items)
      out += (out.empty() ? "" : ", ") + text(*item.key) + (item.descending ? " desc" : "");
    return out;
  }

  void body(const ast::QueryPtr& inner, int level) { query(*inner, level); }

  void body(const ast::Values& values, int level) { line(level, fmt::format("values: {} rows", values.rows.size())); }

  void body(const ast::SetOperation& set, int level) {
    line(level, fmt::format("{}{}", set_names[static_cast<std::size_t>(set.kind)], set.all ? " all" : ""));
    query(*set.left, level + 1);
    query(*set.right, level + 1);
  }

  void body(const ast::Select& select, int level) {
    std::string items;
    for (const ast::SelectItem& item : select.items) {
      items += (items.empty() ? "" : ", ") + text(*item.expr);
      if (item.alias) items += " as " + item.alias->text;
    }
    line(level, fmt::format("select{} {}", select.distinct ? " distinct" : "", items));
    if (select.having) line(level + 1, "having " + text(*select.having));
    if (select.grouped) group_by(select, level + 1);
    if (select.where) line(level + 1, "where " + text(*select.where));
    if (select.from) table(*select.from, level + 1);
  }

  void group_by(const ast::Select& select, int level) {
    std::string items;
    for (const ast::GroupItem& item : select.group_by)
      items += (items.empty() ? "" : ", ") + (item.key ? text(*item.key) : std::string("(…)"));
    line(level, "group by " + items);
  }

  void table(const ast::TableRef& ref, int level) {
    const std::string alias = ref.alias ? " as " + ref.alias->name.text : "";
    if (const auto* named = ref.as<ast::NamedTable>()) {
      const std::string as_of = named->as_of ? " for system_time as of " + text(*named->as_of) : "";
      line(level, "table " + join_path(named->name) + as_of + alias);
    } else if (const auto* derived = ref.as<ast::DerivedTable>()) {
      line(level, "query" + alias);
      query(*derived->query, level + 1);
    } else if (const auto* unnest = ref.as<ast::Unnest>()) {
      line(level, "unnest " + text(*unnest->collection) + alias);
    } else if (const auto* function = ref.as<ast::TableFunction>()) {
      line(level, "table function " + text(*function->call) + alias);
    } else if (const auto* join = ref.as<ast::Join>()) {
      const std::string on = join->condition ? " on " + text(*join->condition) : "";
      line(level, fmt::format("{} join{}", join_names[static_cast<std::size_t>(join->kind)], on));
      table(*join->left, level + 1);
      table(*join->right, level + 1);
    }
  }

  const Source& source_;
  std::string out_;
};

}  // namespace

std::string outline(const ast::Query& query, const Source& source) {
  Outliner outliner(source);
  outliner.query(query, 0);
  return outliner.take();
}

}  // namespace azud::sql
