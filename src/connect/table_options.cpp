#include "connect/table_options.h"

#include "format/format.h"

namespace azud::connect {
namespace {

std::string joined(const std::set<std::string, std::less<>>& words) {
  std::string out;
  for (const std::string& word : words) out.append(out.empty() ? "" : ", ").append(word);
  return out;
}

}  // namespace

TableOptions::TableOptions(const sql::TableDefinition& table)
    : table_(table.name), values_(format::Options::Map(table.options.begin(), table.options.end())) {
  connector_ = values_.text("connector", "");
  take("connector");
  take("property-version");
}

Status TableOptions::take(std::span<const std::string_view> required, std::span<const std::string_view> optional) {
  std::set<std::string, std::less<>> missing;
  for (const std::string_view key : required) {
    take(key);
    if (!values_.has(key)) missing.insert(std::string(key));
  }
  for (const std::string_view key : optional) take(key);
  if (missing.empty()) return {};
  return fail(Code::invalid, "table {}: One or more required options are missing. Missing required options are: {}",
              table_, joined(missing));
}

void TableOptions::take_prefix(std::string_view prefix) {
  const auto& all = values_.values();
  for (auto at = all.lower_bound(prefix); at != all.end() && at->first.starts_with(prefix); ++at) take(at->first);
}

Result<std::optional<FormatChoice>> TableOptions::take_format(std::string_view option) {
  take(option);
  const auto name = values_.find(option);
  if (!name) return std::nullopt;
  TRY_ASSIGN(const format::Format* found, format::find_format(*name));
  // "format" reads "csv.…", "key.format" reads "key.csv.…".
  const std::size_t dot = option.rfind('.');
  const std::string prefix =
      std::string(dot == std::string_view::npos ? std::string_view() : option.substr(0, dot + 1)) + std::string(*name) +
      ".";
  for (const std::string_view key : found->options) take(prefix + std::string(key));
  return FormatChoice{.name = std::string(*name), .options = values_.below(prefix)};
}

Status TableOptions::finish() const {
  std::set<std::string, std::less<>> unknown;
  for (const auto& [key, value] : values_.values())
    if (!supported_.contains(key)) unknown.insert(key);
  if (unknown.empty()) return {};
  return std::unexpected(Error(Code::invalid,
                               fmt::format("table {}: Unsupported options found for '{}'. Unsupported options: {}",
                                           table_, connector_, joined(unknown)),
                               "Supported options: " + joined(supported_)));
}

}  // namespace azud::connect
