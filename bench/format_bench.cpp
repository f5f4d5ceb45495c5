// What a message costs to read and to write, by format: azud_format_bench [--benchmark_filter=…]

#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "format/format.h"

namespace azud {
namespace {

using data::DataType;

const std::vector<data::FieldType> sensor = {{"id", DataType::integer()},
                                             {"movimiento", DataType::boolean()},
                                             {"humo", DataType::boolean()},
                                             {"temperatura", DataType::double_precision()},
                                             {"temp_maxima", DataType::double_precision()}};
const std::vector<data::FieldType> customer = {{"id", DataType::integer()},
                                               {"name", DataType::string()},
                                               {"surname", DataType::string()},
                                               {"city", DataType::string()},
                                               {"at", DataType::timestamp_ltz(3)}};

constexpr const char* csv_line = "42959,true,false,25.5,30";
constexpr const char* json_sensor =
    R"({"id":42959,"movimiento":true,"humo":false,"temperatura":25.5,"temp_maxima":30})";
constexpr const char* json_customer =
    R"({"id":42959,"name":"Alberta","surname":"de la Torre","city":"Ciudad Real","at":"2024-05-01 00:00:01.76Z"})";

/// Batches of 1,024 rows, as a job builds them.
void decode(benchmark::State& state, const char* format, const char* message,
            const std::vector<data::FieldType>& fields) {
  format::DecoderSpec spec{.fields = fields};
  std::vector<data::ColumnBuilder> builders;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    spec.wanted.push_back(static_cast<int32_t>(i));
    builders.emplace_back(fields[i].type, 1024);
  }
  const auto decoder = format::make_decoder(format, format::Options(), std::move(spec));
  for (auto _ : state) {
    for (int i = 0; i < 1024; ++i) {
      if (!(*decoder)->decode(message, builders)) state.SkipWithError("the message was refused");
    }
    for (data::ColumnBuilder& builder : builders) benchmark::DoNotOptimize(builder.finish());
  }
  state.SetItemsProcessed(state.iterations() * 1024);
}
BENCHMARK_CAPTURE(decode, csv, "csv", csv_line, sensor);
BENCHMARK_CAPTURE(decode, json, "json", json_sensor, sensor);
BENCHMARK_CAPTURE(decode, json_text, "json", json_customer, customer);

void encode(benchmark::State& state, const char* format, const char* json, const std::vector<data::FieldType>& fields) {
  format::DecoderSpec spec{.fields = fields};
  std::vector<data::ColumnBuilder> builders;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    spec.wanted.push_back(static_cast<int32_t>(i));
    builders.emplace_back(fields[i].type);
  }
  if (!(*format::make_decoder("json", format::Options(), std::move(spec)))->decode(json, builders))
    state.SkipWithError("the message was refused");
  std::vector<data::ColumnPtr> columns;
  for (data::ColumnBuilder& builder : builders) columns.push_back(builder.finish());
  const auto encoder = format::make_encoder(format, format::Options(), fields);
  (*encoder)->bind(columns);
  std::string out;
  for (auto _ : state) {
    out.clear();
    for (int i = 0; i < 1024; ++i) (void)(*encoder)->encode(0, out);
    benchmark::DoNotOptimize(out.data());
  }
  state.SetItemsProcessed(state.iterations() * 1024);
}
BENCHMARK_CAPTURE(encode, csv, "csv", json_sensor, sensor);
BENCHMARK_CAPTURE(encode, json, "json", json_customer, customer);

}  // namespace
}  // namespace azud
