#include "stream/run/testing/flow.h"

#include <algorithm>

#include "data/text.h"

namespace azud::stream::testing {

Flow::Flow(sql::PhysicalPlan plan, MemoryTables& tables, io::ManualClock& clock, EvalSettings settings)
    : plan_(std::move(plan)), tables_(tables), clock_(clock), settings_(std::move(settings)) {}

Status Flow::start(std::size_t workers) {
  runtime_.reset();
  {
    const MutexLock lock(mutex_);
    late_uncommitted_.clear();
  }
  std::map<std::string, std::string> positions;
  for (const std::string& commit : committed_) {
    TRY_ASSIGN(const auto found, Runtime::positions_in(commit));
    for (const auto& [name, position] : found) positions[name] = position;
  }
  options.parallelism = workers;
  options.eval = settings_;
  options.together_bytes = 0;
  TRY_ASSIGN(runtime_, Runtime::open(plan_, tables_, positions, *this, clock_, options));
  for (const std::string& commit : committed_) {
    TRY_ASSIGN(const uint64_t orphans, runtime_->read_state(commit));
    if (orphans > 0) return fail(Code::internal, "{} entries of the state belong to no operator", orphans);
  }
  runtime_->restored();
  return {};
}

Result<bool> Flow::run() {
  for (;;) {
    TRY_ASSIGN(const Runtime::Swept swept, runtime_->sweep());
    if (swept.finished) return true;
    if (swept.at_end) return false;
  }
}

Status Flow::commit(bool whole) {
  const auto extent = whole ? Runtime::Extent::everything : Runtime::Extent::changes_with_output;
  std::string state = runtime_->write_state(extent);
  if (whole) committed_.clear();
  if (!state.empty()) committed_.push_back(std::move(state));
  log::WriteBatch batch;
  TRY(runtime_->write_output(batch));
  TRY(runtime_->output_committed());
  const MutexLock lock(mutex_);
  std::ranges::move(late_uncommitted_, std::back_inserter(late_));
  late_uncommitted_.clear();
  return {};
}

uint64_t Flow::committed_bytes() const {
  uint64_t bytes = 0;
  for (const std::string& commit : committed_) bytes += commit.size();
  return bytes;
}

void Flow::keep(const sql::PhysicalNode&, const data::Batch& batch, std::size_t row, TimestampMs watermark) {
  const MutexLock lock(mutex_);
  late_uncommitted_.push_back(data::to_text(batch, row).substr(2) + " at watermark " + std::to_string(watermark));
}

}  // namespace azud::stream::testing
