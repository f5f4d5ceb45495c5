// The log by itself, on the real disk: appended batches a second by durability, size and number of callers that wait
// each for their answer; bytes written a batch; what a reader of several partitions in the journal's order gets.
//
//   azud_log_bench [--benchmark_filter=…]      in $AZUD_BENCH_DIR or the temporary directory

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <memory>
#include <mutex>

#include <benchmark/benchmark.h>
#include <unistd.h>

#include "base/logging.h"
#include "kafka/wire/batch_builder.h"
#include "log/log.h"
#include "log/merged_reader.h"

namespace azud::log {
namespace {

struct OpenLog {
  explicit OpenLog(LogOptions options) {
    const char* where = std::getenv("AZUD_BENCH_DIR");
    std::string name =
        (std::filesystem::path(where ? where : std::filesystem::temp_directory_path()) / "azud_log_XXXXXX");
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    directory = name;
    start_logging("warn");
    auto opened = Log::open(files, clock, directory, std::move(options));
    if (!opened) std::abort();
    log = *std::move(opened);
  }
  OpenLog(const OpenLog&) = delete;
  OpenLog& operator=(const OpenLog&) = delete;
  ~OpenLog() {
    log.reset();
    std::filesystem::remove_all(directory);
  }
  std::vector<PartitionPtr> topic(const std::string& name, int32_t partitions) {
    std::promise<void> made;
    log->create_topic(name, partitions, {{"message.timestamp.type", "LogAppendTime"}},
                      [&](const Status&) { made.set_value(); });
    made.get_future().get();
    return log->find_topic(name)->partitions;
  }

  io::RealFileSystem files;
  io::SystemClock clock;
  std::filesystem::path directory;
  std::unique_ptr<Log> log;
};

SharedBytes batch_of(int records, std::size_t record_bytes) {
  kafka::BatchBuilder builder;
  const std::string value(record_bytes, 'v');
  for (int i = 0; i < records; ++i) builder.add(1'700'000'000'000, "key", value);
  return builder.finish();
}

/// `callers` callers, each of which hands in its next batch when it has its answer.
class Callers {
 public:
  Callers(Log& log, std::vector<PartitionPtr> partitions, SharedBytes batch)
      : log_(log), partitions_(std::move(partitions)), batch_(std::move(batch)) {}

  void run(int callers, int64_t batches) {
    left_ = batches;
    running_ = callers;
    for (int i = 0; i < callers; ++i) next(static_cast<std::size_t>(i));
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return running_ == 0; });
  }

 private:
  void next(std::size_t caller) {
    if (left_.fetch_sub(1) <= 0) {
      const std::lock_guard lock(mutex_);
      if (--running_ == 0) ended_.notify_one();
      return;
    }
    log_.append(partitions_[caller % partitions_.size()], batch_, [this, caller](const Result<Appended>& result) {
      if (!result) std::abort();
      next(caller);
    });
  }

  Log& log_;
  const std::vector<PartitionPtr> partitions_;
  const SharedBytes batch_;
  std::atomic<int64_t> left_ = 0;
  std::mutex mutex_;
  std::condition_variable ended_;
  int running_ = 0;
};

void append(benchmark::State& state) {
  const auto durability = static_cast<Durability>(state.range(0));
  const auto batch_bytes = static_cast<std::size_t>(state.range(1));
  const auto callers = static_cast<int>(state.range(2));
  OpenLog open({.durability = durability});
  Callers all(*open.log, open.topic("t", 8), batch_of(1, batch_bytes));
  const int64_t at_once = durability == Durability::commit && callers == 1 ? 500 : 20'000;
  int64_t batches = 0;
  for (auto _ : state) {
    all.run(callers, at_once);
    batches += at_once;
  }
  const auto statistics = open.log->statistics();
  state.SetItemsProcessed(batches);
  state.counters["journal_B/batch"] = double(statistics.journal_bytes) / double(batches);
  state.counters["segment_B/batch"] = double(statistics.segment_bytes) / double(batches);
  state.counters["batches/sync"] = statistics.syncs ? double(batches) / double(statistics.syncs) : 0;
  constexpr const char* names[] = {"commit", "interval", "none"};
  state.SetLabel(names[state.range(0)]);
}
BENCHMARK(append)
    ->ArgNames({"durability", "bytes", "callers"})
    ->ArgsProduct({{0, 1, 2}, {100, 10'000}, {1, 64}})
    ->UseRealTime()
    ->MeasureProcessCPUTime()
    ->MinTime(1.0)
    ->Unit(benchmark::kMillisecond);

/// Large batches of small records, as a busy producer sends them.
void append_large(benchmark::State& state) {
  OpenLog open({.durability = Durability::commit});
  const SharedBytes batch = batch_of(1000, 100);
  Callers all(*open.log, open.topic("t", 8), batch);
  int64_t batches = 0;
  for (auto _ : state) {
    all.run(16, 500);
    batches += 500;
  }
  state.SetItemsProcessed(batches * 1000);
  state.SetBytesProcessed(batches * static_cast<int64_t>(batch.size()));
}
BENCHMARK(append_large)->UseRealTime()->MeasureProcessCPUTime()->MinTime(1.0)->Unit(benchmark::kMillisecond);

void merged_read(benchmark::State& state) {
  const auto records = static_cast<int>(state.range(0));
  OpenLog open({.durability = Durability::none});
  const auto partitions = open.topic("t", 8);
  const SharedBytes batch = batch_of(records, 100);
  const int64_t batches = 200'000 / records + 1000;
  Callers(*open.log, partitions, batch).run(64, batches);
  int64_t read = 0;
  uint64_t bytes = 0;
  for (auto _ : state) {
    std::vector<MergedReader::Start> starts;
    for (const auto& partition : partitions) starts.push_back({partition, Offset(0)});
    MergedReader reader(*open.log, starts);
    while (true) {
      const auto poll = reader.poll(1 << 20);
      if (!poll) std::abort();
      for (const auto& item : poll->items) bytes += item.batch.bytes.size();
      read += static_cast<int64_t>(poll->items.size());
      if (poll->at_end) break;
    }
  }
  state.SetItemsProcessed(read * records);
  state.SetBytesProcessed(static_cast<int64_t>(bytes));
}
BENCHMARK(merged_read)->ArgName("records_a_batch")->Arg(1)->Arg(100)->UseRealTime()->Unit(benchmark::kMillisecond);

void open_after_kill(benchmark::State& state) {
  io::RealFileSystem files;
  io::SystemClock clock;
  // What a process left that never stopped in good order: copied while the log runs.
  OpenLog open({.durability = Durability::none});
  Callers(*open.log, open.topic("t", 100), batch_of(10, 100)).run(64, 50'000);
  const auto copy = open.directory / "copy";
  for (auto _ : state) {
    state.PauseTiming();
    std::filesystem::remove_all(copy);
    std::filesystem::create_directory(copy);
    for (const char* part : {"journal", "checkpoint", "topics"}) {
      if (!std::filesystem::exists(open.directory / part)) continue;
      std::filesystem::copy(open.directory / part, copy / part, std::filesystem::copy_options::recursive);
    }
    state.ResumeTiming();
    auto opened = Log::open(files, clock, copy, {});
    if (!opened) std::abort();
    state.PauseTiming();
    opened->reset();
    state.ResumeTiming();
  }
  state.SetLabel("50,000 batches of 1.1 KB in the journal");
}
BENCHMARK(open_after_kill)->UseRealTime()->Iterations(3)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace azud::log
