#include "web/query/query.h"

#include <algorithm>
#include <array>

namespace azud::web {

namespace {

constexpr std::array<std::string_view, 2> rate_kinds = {"records", "bytes"};
constexpr std::array<std::string_view, 2> formats = {"json", "csv"};
constexpr std::array<std::string_view, 3> groupings = {"type", "severity", "zone"};
constexpr std::array<std::string_view, 2> transitions = {"raised", "cleared"};

/// A source of data and the fields it takes.
struct SourceRule {
  std::string_view name;
  std::span<const OptionRule> fields;
};

constexpr OptionRule topic_rule{.name = "topic", .required = true};
constexpr OptionRule limit_rule{.name = "limit", .kind = OptionKind::integer};

constexpr std::array topics_fields = {OptionRule{.name = "topics", .kind = OptionKind::text_list}};
constexpr std::array messages_fields = {topic_rule, OptionRule{.name = "partition", .kind = OptionKind::integer},
                                        limit_rule};
constexpr std::array rate_fields = {OptionRule{.name = "topics", .kind = OptionKind::text_list, .required = true},
                                    OptionRule{.name = "of", .allowed = rate_kinds},
                                    OptionRule{.name = "sum", .kind = OptionKind::boolean}};
constexpr std::array series_fields = {topic_rule,
                                      OptionRule{.name = "time", .required = true},
                                      OptionRule{.name = "value", .required = true},
                                      OptionRule{.name = "series"},
                                      OptionRule{.name = "format", .allowed = formats},
                                      OptionRule{.name = "columns", .kind = OptionKind::text_list},
                                      OptionRule{.name = "fill", .kind = OptionKind::number},
                                      OptionRule{.name = "step", .kind = OptionKind::duration}};
constexpr std::array alarms_fields = {OptionRule{.name = "state", .kind = OptionKind::text_list},
                                      OptionRule{.name = "type", .kind = OptionKind::text_list},
                                      OptionRule{.name = "severity", .kind = OptionKind::text_list},
                                      OptionRule{.name = "zone", .kind = OptionKind::text_list},
                                      OptionRule{.name = "originator"},
                                      limit_rule};
constexpr std::array alarm_counts_fields = {OptionRule{.name = "by", .allowed = groupings}};
constexpr std::array alarm_rate_fields = {OptionRule{.name = "step", .kind = OptionKind::duration},
                                          OptionRule{.name = "what", .allowed = transitions}};
constexpr std::array entities_fields = {topic_rule,
                                        OptionRule{.name = "id", .required = true},
                                        OptionRule{.name = "geohash"},
                                        OptionRule{.name = "lat"},
                                        OptionRule{.name = "lon"},
                                        OptionRule{.name = "zone"},
                                        OptionRule{.name = "label"},
                                        OptionRule{.name = "format", .allowed = formats},
                                        OptionRule{.name = "columns", .kind = OptionKind::text_list},
                                        OptionRule{.name = "alarms", .kind = OptionKind::boolean}};
constexpr std::array jobs_fields = {OptionRule{.name = "job"}};
constexpr std::array outbox_fields = {limit_rule};

constexpr std::array rules = {
    SourceRule{"status", {}},
    SourceRule{"topics", topics_fields},
    SourceRule{"messages", messages_fields},
    SourceRule{"rate", rate_fields},
    SourceRule{"series", series_fields},
    SourceRule{"alarms", alarms_fields},
    SourceRule{"alarm_counts", alarm_counts_fields},
    SourceRule{"alarm_rate", alarm_rate_fields},
    SourceRule{"entities", entities_fields},
    SourceRule{"jobs", jobs_fields},
    SourceRule{"outbox", outbox_fields},
};

const SourceRule* find_rule(std::string_view source) {
  const auto found = std::ranges::find(rules, source, &SourceRule::name);
  return found == rules.end() ? nullptr : &*found;
}

std::string source_names() {
  std::string out;
  for (const SourceRule& rule : rules) out += (out.empty() ? "" : ", ") + std::string(rule.name);
  return out;
}

/// The required fields, and what belongs together.
std::optional<std::string> missing(const SourceRule& rule, const Json& fields) {
  for (const OptionRule& field : rule.fields) {
    if (field.required && !fields.contains(field.name))
      return fmt::format("a query of {} needs {}", rule.name, field.name);
  }
  if (rule.name == "entities" && !fields.contains("geohash") && !(fields.contains("lat") && fields.contains("lon"))) {
    return "a query of entities needs geohash, or lat and lon";
  }
  if (fields.value("format", "json") == "csv" && !fields.contains("columns")) return "format csv needs columns";
  if (fields.contains("fill") && !fields.contains("step")) return "fill needs step";
  if (fields.contains("step") && fields["step"].get<int64_t>() <= 0) return "step must be more than 0";
  return std::nullopt;
}

}  // namespace

std::optional<std::string> Query::text(std::string_view field) const {
  const auto found = fields_.find(field);
  return found == fields_.end() ? std::nullopt : std::optional(found->get<std::string>());
}

std::vector<std::string> Query::list(std::string_view field) const {
  const auto found = fields_.find(field);
  return found == fields_.end() ? std::vector<std::string>() : found->get<std::vector<std::string>>();
}

int64_t Query::integer(std::string_view field, int64_t otherwise) const {
  const auto found = fields_.find(field);
  return found == fields_.end() ? otherwise : found->get<int64_t>();
}

std::size_t Query::limit(std::size_t otherwise, std::size_t max) const {
  const int64_t wanted = integer("limit", static_cast<int64_t>(otherwise));
  return static_cast<std::size_t>(std::clamp<int64_t>(wanted, 1, static_cast<int64_t>(max)));
}

std::optional<double> Query::number(std::string_view field) const {
  const auto found = fields_.find(field);
  return found == fields_.end() ? std::nullopt : std::optional(found->get<double>());
}

bool Query::flag(std::string_view field) const {
  const auto found = fields_.find(field);
  return found != fields_.end() && found->get<bool>();
}

Json Query::to_json() const {
  Json out = {{"source", source_}};
  for (const auto& [name, value] : fields_.items()) out[name] = value;
  return out;
}

std::string Query::key() const {
  const nlohmann::json sorted = nlohmann::json::parse(to_text(fields_));
  return source_ + sorted.dump();
}

Result<Query> read_query(const config::Node& node) {
  TRY_ASSIGN(const auto entries, node.entries());
  Query query;
  for (const auto& [name, value] : entries) {
    if (name == "source") {
      TRY_ASSIGN(query.source_, value.text());
      if (!find_rule(query.source_)) {
        return value.complain(fmt::format("unknown source \"{}\"", query.source_), "one of " + source_names());
      }
    }
  }
  if (query.source_.empty()) return node.complain("a query needs a source", "one of " + source_names());
  const SourceRule& rule = *find_rule(query.source_);
  for (const auto& [name, value] : entries) {
    if (name == "source") continue;
    const OptionRule* field = find_option(rule.fields, name);
    if (!field) {
      return value.complain(fmt::format("a query of {} has no {}", rule.name, name),
                            rule.fields.empty() ? "it takes no fields" : "one of " + option_names(rule.fields));
    }
    TRY_ASSIGN(query.fields_[name], read_option(*field, value));
  }
  if (const auto what = missing(rule, query.fields_)) return node.complain(*what);
  return query;
}

Result<Query> check_query(const Json& json) {
  if (!json.is_object() || !json.contains("source") || !json["source"].is_string()) {
    return fail(Code::invalid, "a query is an object with a source: one of {}", source_names());
  }
  Query query;
  query.source_ = json["source"].get<std::string>();
  const SourceRule* rule = find_rule(query.source_);
  if (!rule) return fail(Code::invalid, "unknown source \"{}\": one of {}", query.source_, source_names());
  for (const auto& [name, value] : json.items()) {
    if (name == "source") continue;
    const OptionRule* field = find_option(rule->fields, name);
    if (!field) {
      return fail(Code::invalid, "a query of {} has no field {}: {}", rule->name, name,
                  rule->fields.empty() ? "it takes none" : option_names(rule->fields));
    }
    TRY_ASSIGN(query.fields_[name], check_option(*field, value, "query of " + query.source_));
  }
  if (const auto what = missing(*rule, query.fields_)) return fail(Code::invalid, "{}", *what);
  return query;
}

}  // namespace azud::web
