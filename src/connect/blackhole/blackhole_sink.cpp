#include "connect/blackhole/blackhole_sink.h"

#include <array>

#include "connect/table_options.h"

namespace azud::connect {
namespace {

class BlackholeWriter final : public stream::SinkWriter {
 public:
  Status write(const data::Batch&) override { return {}; }
  Status flush() override { return {}; }
  Status commit_into(log::WriteBatch&) override { return {}; }
  Status committed() override { return {}; }
};

class BlackholeSink final : public stream::Sink {
 public:
  bool takes_all_changes() const override { return true; }
  Result<std::unique_ptr<stream::SinkWriter>> open_writer(std::size_t, std::size_t) override {
    return std::make_unique<BlackholeWriter>();
  }
};

}  // namespace

Status check_blackhole(const sql::TableDefinition& table) {
  TableOptions options(table);
  constexpr auto keys = std::to_array<std::string_view>(
      {"scan.watermark.alignment.group", "scan.watermark.alignment.max-drift",
       "scan.watermark.alignment.update-interval", "scan.watermark.emit.strategy", "scan.watermark.idle-timeout"});
  TRY(options.take({}, keys));
  return options.finish();
}

Result<std::unique_ptr<stream::Sink>> open_blackhole_sink(const std::shared_ptr<const sql::SinkNode>& node) {
  TRY(check_blackhole(*node->table));
  return std::make_unique<BlackholeSink>();
}

}  // namespace azud::connect
