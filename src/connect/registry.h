#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "connect/collect/collect_sink.h"
#include "connect/filesystem/file_source.h"
#include "connect/kafka/kafka_environment.h"
#include "connect/print/print_sink.h"
#include "sql/plan/table.h"
#include "stream/run/connectors.h"

namespace azud::connect {

enum class TableUse : uint8_t { source, sink };

/// What connectors need of the azud that they run in; outlives the jobs.
struct Environment {
  /// All that every connector needs; `is_embedded` and `offsets` as in KafkaEnvironment.
  static Environment of(log::Log& log, io::FileSystem& files, const io::Clock& clock,
                        std::function<bool(std::string_view server)> is_embedded,
                        const GroupOffsets* offsets = nullptr);

  KafkaEnvironment kafka;
  FileEnvironment files;
  PrintLines print = print_to_process;
  uint64_t datagen_seed = 0;
};

/// Whether a table's connector exists, can be used so, and takes its options: before anything is opened. `invalid`,
/// `unsupported`.
Status check_table(const sql::TableDefinition& table, TableUse use);

/// The connectors' names, sorted.
std::vector<std::string_view> connector_names();

/// The tables of one job.
class Registry final : public stream::Connectors {
 public:
  /// `collector` takes the rows of a SELECT; null if the job has none.
  explicit Registry(const Environment& environment, std::shared_ptr<RowCollector> collector = nullptr)
      : environment_(environment), collector_(std::move(collector)) {}

  Result<std::vector<OpenedSource>> open_sources(std::span<const ScanRequest> scans) override;
  Result<std::unique_ptr<stream::Sink>> open_sink(const std::shared_ptr<const sql::SinkNode>& node) override;

 private:
  Environment environment_;
  std::shared_ptr<RowCollector> collector_;
};

}  // namespace azud::connect
