#include "web/dashboard/dashboard.h"

#include <algorithm>
#include <array>

namespace azud::web {

namespace {

constexpr std::array<std::string_view, 5> severities = {"CRITICAL", "MAJOR", "MINOR", "WARNING", "INDETERMINATE"};
constexpr std::array<std::string_view, 4> draws = {"line", "area", "bars", "stems"};
constexpr std::array<std::string_view, 2> time_zones = {"utc", "local"};

constexpr std::array threshold_members = {OptionRule{.name = "value", .kind = OptionKind::number, .required = true},
                                          OptionRule{.name = "severity", .allowed = severities},
                                          OptionRule{.name = "label"}};
constexpr std::array column_members = {OptionRule{.name = "field", .required = true}, OptionRule{.name = "title"},
                                       OptionRule{.name = "unit"},
                                       OptionRule{.name = "decimals", .kind = OptionKind::integer}};
constexpr std::array also_members = {OptionRule{.name = "field", .required = true},
                                     OptionRule{.name = "label", .required = true}, OptionRule{.name = "row"},
                                     OptionRule{.name = "unit"}};

constexpr OptionRule unit_rule{.name = "unit"};
constexpr OptionRule decimals_rule{.name = "decimals", .kind = OptionKind::integer};
constexpr OptionRule limit_rule{.name = "limit", .kind = OptionKind::integer};
constexpr OptionRule thresholds_rule{.name = "thresholds", .kind = OptionKind::mappings, .members = threshold_members};

constexpr std::array timeseries_options = {unit_rule,
                                           decimals_rule,
                                           thresholds_rule,
                                           OptionRule{.name = "draw", .allowed = draws},
                                           OptionRule{.name = "stack", .kind = OptionKind::boolean},
                                           OptionRule{.name = "min", .kind = OptionKind::number},
                                           OptionRule{.name = "max", .kind = OptionKind::number},
                                           OptionRule{.name = "order", .kind = OptionKind::text_list}};
constexpr std::array stat_options = {unit_rule,
                                     decimals_rule,
                                     thresholds_rule,
                                     OptionRule{.name = "field"},
                                     OptionRule{.name = "row"},
                                     OptionRule{.name = "also", .kind = OptionKind::mappings, .members = also_members}};
constexpr std::array table_options = {
    limit_rule, OptionRule{.name = "columns", .kind = OptionKind::mappings, .members = column_members}};
constexpr std::array map_options = {OptionRule{.name = "zones", .kind = OptionKind::text_list},
                                    OptionRule{.name = "view", .kind = OptionKind::numbers},
                                    OptionRule{.name = "labels", .kind = OptionKind::integer}};
constexpr std::array alarms_options = {limit_rule};
constexpr std::array pipeline_options = {OptionRule{.name = "job"}};
constexpr std::array text_options = {OptionRule{.name = "text", .required = true}};

/// A type of panel: its own options, and which sources it can show.
struct PanelRule {
  std::string_view type;
  std::span<const OptionRule> options;
  std::span<const std::string_view> sources;  ///< none: the panel takes no query
};

constexpr std::array<std::string_view, 3> series_sources = {"rate", "series", "alarm_rate"};
constexpr std::array<std::string_view, 9> stat_sources = {"rate",   "series", "alarm_rate", "alarms",  "alarm_counts",
                                                          "topics", "outbox", "status",     "entities"};
constexpr std::array<std::string_view, 4> row_sources = {"topics", "alarms", "alarm_counts", "outbox"};
constexpr std::array<std::string_view, 1> map_sources = {"entities"};
constexpr std::array<std::string_view, 1> alarm_sources = {"alarms"};
constexpr std::array<std::string_view, 1> topic_sources = {"topics"};
constexpr std::array<std::string_view, 1> job_sources = {"jobs"};

constexpr std::array panel_rules = {
    PanelRule{"timeseries", timeseries_options, series_sources},
    PanelRule{"stat", stat_options, stat_sources},
    PanelRule{"table", table_options, row_sources},
    PanelRule{"map", map_options, map_sources},
    PanelRule{"alarms", alarms_options, alarm_sources},
    PanelRule{"topics", {}, topic_sources},
    PanelRule{"pipeline", pipeline_options, job_sources},
    PanelRule{"text", text_options, {}},
};

template <class List, class Name>
std::string names_of(const List& list, Name name) {
  std::string out;
  for (const auto& one : list) out += (out.empty() ? "" : ", ") + std::string(name(one));
  return out;
}

bool is_identifier(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

/// "Alarms per minute" becomes "alarms-per-minute".
std::string identifier_of(std::string_view title) {
  std::string out;
  for (const char c : title) {
    if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c - 'A' + 'a');
    } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
      out += c;
    } else if (!out.empty() && out.back() != '-') {
      out += '-';
    }
  }
  while (!out.empty() && out.back() == '-') out.pop_back();
  return out.empty() ? "panel" : out;
}

Result<Json> read_grid(const config::Node& node) {
  TRY_ASSIGN(const config::Members grid, node.members({"x", "y", "w", "h"}));
  Json out = Json::object();
  for (const auto& [name, min, max] : {std::tuple("x", 0, 23), {"y", 0, 1000}, {"w", 1, 24}, {"h", 1, 100}}) {
    TRY_ASSIGN(const config::Node value, grid.require(name));
    TRY_ASSIGN(out[name], value.integer(min, max));
  }
  if (out["x"].get<int>() + out["w"].get<int>() > 24)
    return node.complain("the panel stands out of the 24 columns: x + w is too large");
  return out;
}

Status read_query_of(const PanelRule& rule, const std::optional<config::Node>& node, const config::Node& panel,
                     Json& out, std::optional<Query>& query) {
  if (rule.sources.empty()) {
    if (node) return node->complain(fmt::format("a panel of type {} takes no query", rule.type));
    return {};
  }
  if (!node) return panel.complain(fmt::format("a panel of type {} needs a query", rule.type));
  TRY_ASSIGN(query, read_query(*node));
  if (std::ranges::find(rule.sources, query->source()) == rule.sources.end()) {
    return node->complain(fmt::format("a panel of type {} cannot show {}", rule.type, query->source()),
                          "its source is one of " + names_of(rule.sources, [](std::string_view s) { return s; }));
  }
  out["query"] = query->to_json();
  return {};
}

constexpr std::array<std::string_view, 8> common_options = {"id",   "type",        "title", "description",
                                                            "link", "stale_after", "grid",  "query"};

Status read_own_options(const PanelRule& rule, const std::vector<std::pair<std::string, config::Node>>& entries,
                        const config::Node& panel, Json& out) {
  for (const auto& [name, value] : entries) {
    if (std::ranges::find(common_options, name) != common_options.end()) continue;
    const OptionRule* option = find_option(rule.options, name);
    if (!option) {
      return value.complain(fmt::format("a panel of type {} has no {}", rule.type, name),
                            fmt::format("one of {}{}{}", names_of(common_options, [](std::string_view s) { return s; }),
                                        rule.options.empty() ? "" : ", ", option_names(rule.options)));
    }
    TRY_ASSIGN(out[name], read_option(*option, value));
    if (name == "view" && out[name].size() != 4) return value.complain("view is [west, south, east, north]");
  }
  for (const OptionRule& option : rule.options) {
    if (option.required && !out.contains(option.name))
      return panel.complain(fmt::format("a panel of type {} needs {}", rule.type, option.name));
  }
  return {};
}

Status read_panel(const config::Node& node, Dashboard& dashboard) {
  TRY_ASSIGN(const auto entries, node.entries());
  const config::Members members(node, entries);
  TRY_ASSIGN(const config::Node type_node, members.require("type"));
  TRY_ASSIGN(const std::string type, type_node.text());
  const auto rule = std::ranges::find(panel_rules, type, &PanelRule::type);
  if (rule == panel_rules.end()) {
    return type_node.complain(fmt::format("unknown panel type \"{}\"", type),
                              "one of " + names_of(panel_rules, [](const PanelRule& one) { return one.type; }));
  }
  std::string title, id, description, link;
  TRY(members.read("title", title, &config::Node::text));
  TRY(members.read("id", id, &config::Node::text));
  TRY(members.read("description", description, &config::Node::text));
  TRY(members.read("link", link, &config::Node::text));
  if (id.empty()) id = identifier_of(title.empty() ? type : title);
  if (!is_identifier(id))
    return members.require("id")->complain(fmt::format("an id has letters, digits, - and _ only, not \"{}\"", id));
  const std::string base = id;
  for (int n = 2; std::ranges::any_of(dashboard.json["panels"], [&](const Json& other) { return other["id"] == id; });
       ++n) {
    if (members.find("id")) return members.require("id")->complain(fmt::format("there is a panel \"{}\" already", id));
    id = fmt::format("{}-{}", base, n);
  }
  Json out = {{"id", id}, {"type", type}, {"title", title}};
  if (!description.empty()) out["description"] = description;
  if (!link.empty()) out["link"] = link;
  if (const auto stale = members.find("stale_after")) {
    TRY_ASSIGN(out["stale_after_ms"], stale->duration_ms());
  }
  TRY_ASSIGN(const config::Node grid, members.require("grid"));
  TRY_ASSIGN(out["grid"], read_grid(grid));
  std::optional<Query> query;
  TRY(read_query_of(*rule, members.find("query"), node, out, query));
  TRY(read_own_options(*rule, entries, node, out));
  if (query) dashboard.queries.emplace(id, *std::move(query));
  dashboard.json["panels"].push_back(std::move(out));
  return {};
}

Result<Json> read_variables(const config::Node& node) {
  static constexpr std::array options = {OptionRule{.name = "name", .required = true}, OptionRule{.name = "label"},
                                         OptionRule{.name = "options", .kind = OptionKind::text_list}};
  TRY_ASSIGN(Json list, read_option({.name = "variables", .kind = OptionKind::mappings, .members = options}, node));
  for (Json& one : list) {
    if (!one.contains("label")) one["label"] = one["name"];
    if (!one.contains("options")) one["options"] = Json::array();
  }
  return list;
}

/// "30m", as the page writes it in its address.
Status read_range(const config::Members& file, std::string& range) {
  const auto node = file.find("range");
  if (!node) return {};
  TRY_ASSIGN(range, node->text());
  if (range.empty() || std::string_view("smhd").find(range.back()) == std::string_view::npos || !node->duration_ms()) {
    return node->complain(fmt::format("range is a whole number of s, m, h or d, not \"{}\"", range));
  }
  return {};
}

}  // namespace

Result<Dashboard> read_dashboard(const config::Node& node) {
  TRY_ASSIGN(const config::Members file,
             node.members({"uid", "title", "description", "range", "time_zone", "names", "variables", "panels"}));
  Dashboard out;
  TRY_ASSIGN(const config::Node uid, file.require("uid"));
  TRY_ASSIGN(out.uid, uid.text());
  if (!is_identifier(out.uid))
    return uid.complain(fmt::format("uid has letters, digits, - and _ only, not \"{}\"", out.uid));
  TRY_ASSIGN(const config::Node title, file.require("title"));
  TRY_ASSIGN(out.title, title.text());
  TRY(file.read("description", out.description, &config::Node::text));
  std::string range = "1h", zone = "utc";
  TRY(read_range(file, range));
  if (const auto time_zone = file.find("time_zone")) {
    TRY_ASSIGN(const Json value, read_option({.name = "time_zone", .allowed = time_zones}, *time_zone));
    zone = value.get<std::string>();
  }
  out.json = {{"uid", out.uid},          {"title", out.title},         {"range", range},         {"time_zone", zone},
              {"names", Json::object()}, {"variables", Json::array()}, {"panels", Json::array()}};
  if (!out.description.empty()) out.json["description"] = out.description;
  if (const auto names = file.find("names")) {
    TRY_ASSIGN(const auto entries, names->entries());
    for (const auto& [value, name] : entries) {
      TRY_ASSIGN(out.json["names"][value], name.text());
    }
  }
  if (const auto variables = file.find("variables")) {
    TRY_ASSIGN(out.json["variables"], read_variables(*variables));
  }
  TRY_ASSIGN(const config::Node panels, file.require("panels"));
  TRY_ASSIGN(const std::vector<config::Node> list, panels.list());
  for (const config::Node& panel : list) TRY(read_panel(panel, out));
  return out;
}

}  // namespace azud::web
