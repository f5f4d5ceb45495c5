#include "stream/run/sink_constraints.h"

#include <algorithm>

#include "data/builder.h"
#include "stream/eval/utf8.h"

namespace azud::stream {
namespace {

using data::DataType;
using data::TypeKind;
using data::Value;
using Lengths = sql::SinkNode::Lengths;
using Nested = sql::SinkNode::Nested;

bool is_collection(TypeKind kind) {
  return kind == TypeKind::array || kind == TypeKind::map || kind == TypeKind::multiset;
}
bool is_fixed(TypeKind kind) { return kind == TypeKind::character || kind == TypeKind::binary; }
bool has_length(const DataType& type) {
  return is_fixed(type.kind()) || ((type.kind() == TypeKind::varchar || type.kind() == TypeKind::varbinary) &&
                                   type.length() < DataType::length_max);
}
std::size_t length_of(const std::string& text, TypeKind kind) {
  return is_bytes(kind) ? text.size() : utf8_length(text);
}

/// The path of part `i` of a value of this type: a field, an element, a key or a value.
std::string part_path(const std::string& path, const DataType& type, std::size_t i) {
  if (type.kind() == TypeKind::row) return path + "." + type.fields()[i].name;
  if (type.kind() == TypeKind::array) return fmt::format("{}[{}]", path, i);
  return path + (i % 2 == 0 ? "[key]" : "[value]");
}

/// What `find` says of the first part of a nested value that it says something of.
template <class Find>
std::optional<std::string> first_in_parts(const Value& value, const DataType& type, const std::string& path,
                                          const Find& find) {
  const Value::List& parts = value.as_list();
  const auto& fields = type.fields();
  for (std::size_t i = 0; i < parts.size(); ++i) {
    // Elements share their types: one of a list, two of a map's keys and values.
    if (auto found = find(parts[i], fields[i % fields.size()].type, part_path(path, type, i))) return found;
  }
  return std::nullopt;
}

}  // namespace

SinkConstraints::SinkConstraints(const sql::SinkNode& node) : node_(node) {
  if (node.collect) return;
  for (std::size_t i = 0; i < node.written.size(); ++i) {
    const sql::TableColumn& column = node.table->columns[static_cast<std::size_t>(node.written[i])];
    Checked checked{.column = i, .name = column.name, .type = column.type, .nested_nulls = false, .lengths = false};
    checked.nested_nulls = has_required(column.type);
    checked.lengths = node.lengths != Lengths::ignore && has_lengths(column.type);
    if (!column.type.nullable() || checked.nested_nulls || checked.lengths) checked_.push_back(std::move(checked));
  }
}

bool SinkConstraints::looks_into(TypeKind kind) const {
  if (kind == TypeKind::row) return node_.nested != Nested::none;
  return is_collection(kind) && node_.nested == Nested::rows_and_collections;
}

bool SinkConstraints::has_required(const DataType& type) const {
  return looks_into(type.kind()) && std::ranges::any_of(type.fields(), [&](const auto& field) {
           return !field.type.nullable() || has_required(field.type);
         });
}

bool SinkConstraints::has_lengths(const DataType& type) const {
  if (has_length(type)) return true;
  return looks_into(type.kind()) &&
         std::ranges::any_of(type.fields(), [&](const auto& field) { return has_lengths(field.type); });
}

std::optional<std::string> SinkConstraints::find_null(const Value& value, const DataType& type,
                                                      const std::string& path) const {
  if (value.is_null()) return type.nullable() ? std::nullopt : std::optional(path);
  if (!looks_into(type.kind())) return std::nullopt;
  return first_in_parts(value, type, path, [&](const Value& part, const DataType& of, const std::string& below) {
    return find_null(part, of, below);
  });
}

std::optional<std::string> SinkConstraints::find_length(const Value& value, const DataType& type,
                                                        const std::string& path) const {
  if (value.is_null()) return std::nullopt;
  if (has_length(type)) {
    const std::size_t length = length_of(value.as_text(), type.kind());
    const auto wanted = static_cast<std::size_t>(type.length());
    if (length == wanted || (length < wanted && !is_fixed(type.kind()))) return std::nullopt;
    return fmt::format("column {} of {} is {} and a row has {} {} for it", path, node_.table->name,
                       type.with_nullable(true).to_sql(), length, is_bytes(type.kind()) ? "bytes" : "characters");
  }
  if (!looks_into(type.kind())) return std::nullopt;
  return first_in_parts(value, type, path, [&](const Value& part, const DataType& of, const std::string& below) {
    return find_length(part, of, below);
  });
}

Value SinkConstraints::fitted(const Value& value, const DataType& type) const {
  if (value.is_null()) return value;
  if (has_length(type)) {
    std::string text = value.as_text();
    const auto wanted = static_cast<std::size_t>(type.length());
    const std::size_t length = length_of(text, type.kind());
    if (length > wanted) text.resize(is_bytes(type.kind()) ? wanted : utf8_offset(text, wanted));
    if (length < wanted && is_fixed(type.kind())) text.append(wanted - length, is_bytes(type.kind()) ? '\0' : ' ');
    return {std::move(text)};
  }
  if (type.kind() != TypeKind::row || !looks_into(type.kind())) return value;
  Value::List parts = value.as_list();
  for (std::size_t i = 0; i < parts.size(); ++i) parts[i] = fitted(parts[i], type.fields()[i].type);
  return {std::move(parts)};
}

std::optional<std::string> SinkConstraints::null_at(const Checked& checked, const data::Batch& rows,
                                                    uint32_t row) const {
  const data::Column& column = *rows.columns[checked.column];
  if (column.is_null(row)) return checked.type.nullable() ? std::nullopt : std::optional(checked.name);
  return checked.nested_nulls ? find_null(column.value(row), checked.type, checked.name) : std::nullopt;
}

Result<data::Batch> SinkConstraints::without_nulls(const data::Batch& rows) const {
  const bool possible = std::ranges::any_of(checked_, [&](const Checked& checked) {
    return checked.nested_nulls || (!checked.type.nullable() && rows.columns[checked.column]->has_nulls());
  });
  if (!possible) return rows;
  std::vector<uint32_t> good;
  for (uint32_t row = 0; row < rows.rows; ++row) {
    std::optional<std::string> path;
    for (const Checked& checked : checked_)
      if ((path = null_at(checked, rows, row))) break;
    if (!path)
      good.push_back(row);
    else if (!node_.drop_nulls)
      return fail(Code::invalid,
                  "column {} of {} is NOT NULL and a row has NULL for it; 'table.exec.sink.not-null-enforcer' = 'DROP' "
                  "leaves such rows out",
                  *path, node_.table->name);
  }
  return good.size() == rows.rows ? rows : data::take(rows, good);
}

Result<data::Batch> SinkConstraints::with_lengths(data::Batch rows) const {
  for (const Checked& checked : checked_) {
    if (!checked.lengths) continue;
    data::ColumnPtr& column = rows.columns[checked.column];
    data::ColumnBuilder builder(column->type(), rows.rows);
    for (std::size_t row = 0; row < rows.rows; ++row) {
      const Value value = column->value(row);
      if (node_.lengths == Lengths::trim_pad) {
        builder.append_value(fitted(value, checked.type));
      } else if (const auto wrong = find_length(value, checked.type, checked.name)) {
        return fail(Code::invalid, "{}; 'table.exec.sink.type-length-enforcer' = 'TRIM_PAD' cuts and pads", *wrong);
      }
    }
    if (node_.lengths == Lengths::trim_pad) column = builder.finish();
  }
  return rows;
}

Result<data::Batch> SinkConstraints::enforce(const data::Batch& rows) const {
  if (checked_.empty()) return rows;
  TRY_ASSIGN(data::Batch good, without_nulls(rows));
  if (node_.lengths == Lengths::ignore) return good;
  return with_lengths(std::move(good));
}

}  // namespace azud::stream
