// Record batches: building, reading and checking them, by codec. Items are records of a sensor: a key of 6 bytes, a
// value of 40.
//
//   azud_kafka_bench [--benchmark_filter=…]

#include <cstdint>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "kafka/wire/batch_builder.h"
#include "kafka/wire/batch_validator.h"
#include "kafka/wire/partitioner.h"
#include "kafka/wire/record_reader.h"

namespace azud::kafka {
namespace {

constexpr int records = 1000;

struct Sensors {
  std::vector<std::string> keys, values;
  Sensors() {
    for (int i = 0; i < records; ++i) {
      keys.push_back(std::to_string(100'000 + i * 37 % 50'000));
      values.push_back(keys.back() + ",false,true," + std::to_string(20 + i % 17) + ".5," + std::to_string(i) +
                       ".25,2024-05-01 00:00");
    }
  }
};

const Sensors& sensors() {
  static const Sensors made;
  return made;
}

void fill(BatchBuilder& builder) {
  for (std::size_t i = 0; i < records; ++i) {
    builder.add(1'714'521'600'000 + static_cast<int64_t>(i), sensors().keys[i], sensors().values[i]);
  }
}

void build(benchmark::State& state) {
  BatchBuilder builder({.codec = static_cast<Codec>(state.range(0))});
  for (auto _ : state) {
    fill(builder);
    benchmark::DoNotOptimize(builder.finish());
  }
  state.SetItemsProcessed(state.iterations() * records);
}
BENCHMARK(build)->DenseRange(0, 4)->ArgName("codec");

SharedBytes batch_with(int64_t codec) {
  BatchBuilder builder({.codec = static_cast<Codec>(codec)});
  fill(builder);
  return builder.finish();
}

void read(benchmark::State& state) {
  const SharedBytes bytes = batch_with(state.range(0));
  RecordReader reader;
  for (auto _ : state) {
    std::size_t total = 0;
    if (!reader.open(*BatchView::parse(bytes.view()))) return state.SkipWithError("not a batch");
    for (RecordView record; reader.next(record);) total += record.value->size();
    benchmark::DoNotOptimize(total);
  }
  state.SetItemsProcessed(state.iterations() * records);
}
BENCHMARK(read)->DenseRange(0, 4)->ArgName("codec");

void check(benchmark::State& state) {
  const SharedBytes bytes = batch_with(state.range(0));
  BatchValidator validator;
  for (auto _ : state) {
    if (!validator.check(bytes.view(), {})) return state.SkipWithError("refused");
  }
  state.SetItemsProcessed(state.iterations() * records);
}
BENCHMARK(check)->DenseRange(0, 4)->ArgName("codec");

void choose_partition(benchmark::State& state) {
  for (auto _ : state) {
    for (const std::string& key : sensors().keys) benchmark::DoNotOptimize(partition_of_key(key, 12));
  }
  state.SetItemsProcessed(state.iterations() * records);
}
BENCHMARK(choose_partition);

}  // namespace
}  // namespace azud::kafka
