#include "connect/collect/collect_sink.h"

#include <utility>
#include <vector>

namespace azud::connect {
namespace {

class CollectWriter final : public stream::SinkWriter {
 public:
  explicit CollectWriter(std::shared_ptr<RowCollector> collector) : collector_(std::move(collector)) {}

  Status write(const data::Batch& rows) override {
    if (rows.rows > 0) batches_.push_back(rows);
    return {};
  }
  Status flush() override { return {}; }
  Status commit_into(log::WriteBatch&) override { return {}; }
  Status committed() override {
    for (data::Batch& batch : std::exchange(batches_, {})) TRY(collector_->take(std::move(batch)));
    return {};
  }

 private:
  std::shared_ptr<RowCollector> collector_;
  std::vector<data::Batch> batches_;
};

class CollectSink final : public stream::Sink {
 public:
  explicit CollectSink(std::shared_ptr<RowCollector> collector) : collector_(std::move(collector)) {}
  bool takes_all_changes() const override { return true; }
  Result<std::unique_ptr<stream::SinkWriter>> open_writer(std::size_t, std::size_t) override {
    return std::make_unique<CollectWriter>(collector_);
  }

 private:
  std::shared_ptr<RowCollector> collector_;
};

}  // namespace

std::unique_ptr<stream::Sink> make_collect_sink(std::shared_ptr<RowCollector> collector) {
  return std::make_unique<CollectSink>(std::move(collector));
}

}  // namespace azud::connect
