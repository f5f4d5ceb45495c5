#include "format/json_type.h"

namespace azud::format {

JsonFields::JsonFields(std::vector<std::string> names) : names_(std::move(names)), seen_(names_.size()) {
  for (std::size_t i = 0; i < names_.size(); ++i) places_.try_emplace(names_[i], static_cast<int32_t>(i));
}

int32_t JsonFields::find(std::string_view name) {
  if (expected_ < names_.size() && names_[expected_] == name) {
    const auto place = static_cast<int32_t>(expected_);
    expected_ = expected_ + 1 == names_.size() ? 0 : expected_ + 1;
    return place;
  }
  const auto found = places_.find(name);
  if (found == places_.end()) return -1;
  expected_ = static_cast<std::size_t>(found->second) + 1;
  if (expected_ == names_.size()) expected_ = 0;
  return found->second;
}

JsonType::JsonType(const data::DataType& type, const JsonOptions& options)
    : kind(type.kind()), sql(type.to_sql()), cell(type, {.json = true, .timestamps = options.timestamps}) {
  const std::vector<data::FieldType>& inner = type.fields();
  if (kind == data::TypeKind::map || kind == data::TypeKind::multiset) {
    children.emplace_back(inner[1].type, options);
    return;
  }
  for (const data::FieldType& field : inner) children.emplace_back(field.type, options);
  if (kind != data::TypeKind::row) return;
  std::vector<std::string> names;
  for (const data::FieldType& field : inner) names.push_back(field.name);
  fields = std::make_unique<JsonFields>(std::move(names));
}

}  // namespace azud::format
