#include "connect/filesystem/file_options.h"

#include <array>

#include "format/csv_options.h"

namespace azud::connect {
namespace {

constexpr auto required_keys = std::to_array<std::string_view>({"path"});
/// Those of writing are taken, because one CREATE TABLE may serve both.
constexpr auto optional_keys = std::to_array<std::string_view>({
    "auto-compaction",
    "compaction.file-size",
    "partition.default-name",
    "partition.time-extractor.class",
    "partition.time-extractor.kind",
    "partition.time-extractor.timestamp-formatter",
    "partition.time-extractor.timestamp-pattern",
    "scan.watermark.alignment.group",
    "scan.watermark.alignment.max-drift",
    "scan.watermark.alignment.update-interval",
    "scan.watermark.emit.strategy",
    "scan.watermark.idle-timeout",
    "sink.parallelism",
    "sink.partition-commit.delay",
    "sink.partition-commit.policy.class",
    "sink.partition-commit.policy.class.parameters",
    "sink.partition-commit.policy.kind",
    "sink.partition-commit.success-file.name",
    "sink.partition-commit.trigger",
    "sink.partition-commit.watermark-time-zone",
    "sink.rolling-policy.check-interval",
    "sink.rolling-policy.file-size",
    "sink.rolling-policy.inactivity-interval",
    "sink.rolling-policy.rollover-interval",
    "sink.shuffle-by-partition.enable",
    "source.monitor-interval",
    "source.path.regex-pattern",
    "source.report-statistics",
});

std::string path_of(std::string_view text) {
  if (text.starts_with("file://"))
    text.remove_prefix(7);
  else if (text.starts_with("file:"))
    text.remove_prefix(5);
  return std::string(text);
}

}  // namespace

Result<FileOptions> FileOptions::parse(const sql::TableDefinition& table) {
  FileOptions out;
  TableOptions options(table);
  TRY(options.take(required_keys, optional_keys));
  TRY_ASSIGN(std::optional<FormatChoice> format, options.take_format("format"));
  if (!format) return fail(Code::invalid, "table {}: Could not find required format 'format'", table.name);
  out.format = std::move(*format);
  TRY(options.finish());
  if (!table.partitioned_by.empty())
    return std::unexpected(Error(Code::unsupported,
                                 fmt::format("table {}: a filesystem table cannot be PARTITIONED BY", table.name),
                                 "read each directory as a table of its own"));
  out.path = path_of(options.values().text("path", ""));
  if (const auto pattern = options.find("source.path.regex-pattern")) out.pattern = std::string(*pattern);
  if (options.find("source.monitor-interval")) {
    TRY_ASSIGN(out.monitor_interval_ms, options.values().duration_ms("source.monitor-interval", 0));
    if (*out.monitor_interval_ms <= 0)
      return fail(Code::invalid, "table {}: 'source.monitor-interval' must be greater than 0", table.name);
  }
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].kind != sql::TableColumn::Kind::physical) continue;
    out.columns.push_back(static_cast<int32_t>(i));
    out.fields.push_back({table.columns[i].name, table.columns[i].type});
  }
  if (out.format.name == "csv") {
    TRY_ASSIGN(const format::CsvOptions csv, format::CsvOptions::parse(out.format.options));
    out.splitter = LineSplitter(csv.quote, csv.escape);
  }
  return out;
}

}  // namespace azud::connect
