#include "connect/datagen/datagen_source.h"

#include <algorithm>
#include <array>
#include <limits>

#include "connect/datagen/value_generator.h"
#include "data/number_parse.h"

namespace azud::connect {
namespace {

constexpr int64_t rows_per_second_default = 10'000;
constexpr int64_t piece_rows_max = 1 << 16;
/// Rows are made in heaps rather than one by one.
constexpr int64_t pause_us_min = 1000;
constexpr int64_t us_per_second = 1'000'000;

struct Plan {
  int64_t rows_per_second = rows_per_second_default;
  int64_t rows = std::numeric_limits<int64_t>::max();
  std::vector<ValueGeneratorPtr> generators;  ///< one a physical column of the table; null for others
};

Result<Plan> make_plan(const sql::TableDefinition& table) {
  Plan plan;
  TableOptions options(table);
  constexpr auto keys = std::to_array<std::string_view>({"number-of-rows", "rows-per-second", "scan.parallelism"});
  TRY(options.take({}, keys));
  for (const sql::TableColumn& column : table.columns) {
    if (column.kind != sql::TableColumn::Kind::physical) {
      plan.generators.push_back(nullptr);
      continue;
    }
    Result<FieldGenerator> field = make_field_generator(column.name, column.type, options);
    if (!field) return std::unexpected(std::move(field).error().with_context("table " + table.name));
    if (field->rows) plan.rows = std::min(plan.rows, *field->rows);
    plan.generators.push_back(std::move(field->values));
  }
  TRY(options.finish());
  TRY_ASSIGN(plan.rows_per_second, options.values().integer("rows-per-second", rows_per_second_default));
  if (plan.rows_per_second <= 0)
    return fail(Code::invalid, "table {}: 'rows-per-second' must be greater than 0, found: {}", table.name,
                plan.rows_per_second);
  TRY_ASSIGN(const int64_t rows, options.values().integer("number-of-rows", plan.rows));
  plan.rows = std::clamp<int64_t>(rows, 0, plan.rows);
  return plan;
}

class DatagenDecoder final : public stream::Decoder {
 public:
  DatagenDecoder(std::shared_ptr<const Plan> plan, std::shared_ptr<const sql::ScanNode> scan, const io::Clock& clock,
                 uint64_t seed)
      : plan_(std::move(plan)), scan_(std::move(scan)), clock_(clock), seed_(seed) {
    for (const sql::Field& field : scan_->output) builders_.emplace_back(field.type);
  }

  Result<Decoded> decode(std::span<const stream::Piece> pieces) override {
    Decoded out;
    const TimestampMs now = clock_.wall_ms();
    for (const stream::Piece& piece : pieces) {
      for (int64_t row = piece.first; row < piece.end; ++row) append(row, now);
      out.rows.rows += static_cast<std::size_t>(piece.end - piece.first);
      out.ends.push_back(static_cast<uint32_t>(out.rows.rows));
    }
    for (data::ColumnBuilder& builder : builders_) out.rows.columns.push_back(builder.finish());
    return out;
  }

 private:
  void append(int64_t row, TimestampMs now) {
    for (std::size_t i = 0; i < scan_->read.size(); ++i) {
      const auto place = static_cast<std::size_t>(scan_->read[i]);
      // Each value has a seed of its own, so that it does not depend on which other columns a query reads.
      SeededRandom mixer(seed_ ^ static_cast<uint64_t>(row) * 0xD1342543DE82EF95ULL ^ place * 0x2545F4914F6CDD1DULL);
      RowSeed seed{.row = row, .now = now, .random = SeededRandom(mixer.next())};
      plan_->generators[place]->append(seed, builders_[i]);
    }
  }

  std::shared_ptr<const Plan> plan_;
  std::shared_ptr<const sql::ScanNode> scan_;
  const io::Clock& clock_;
  uint64_t seed_;
  std::vector<data::ColumnBuilder> builders_;
};

class DatagenSource final : public stream::Source {
 public:
  DatagenSource(Plan plan, std::shared_ptr<const sql::ScanNode> scan, const io::Clock& clock, uint64_t seed,
                int64_t next)
      : plan_(std::make_shared<const Plan>(std::move(plan))),
        scan_(std::move(scan)),
        clock_(clock),
        seed_(seed),
        first_(next),
        next_(next),
        started_us_(clock.monotonic_us()),
        splits_{{.scan = 0, .name = scan_->table->name + "-0"}} {}

  const std::vector<stream::Split>& splits() const override { return splits_; }

  Result<Poll> poll(std::size_t) override {
    Poll out;
    const int64_t due = rows_due();
    if (next_ < due) {
      const int64_t end = std::min(due, next_ + piece_rows_max);
      out.pieces.push_back({.split = 0, .first = next_, .end = end});
      next_ = end;
    }
    if (next_ >= plan_->rows && !ended_) {
      ended_ = true;
      out.ended.push_back(0);
    }
    out.at_end = ended_ || next_ >= due;
    if (out.at_end && !ended_) out.again_after_us = std::max(pause_us_min, us_per_second / plan_->rows_per_second);
    return out;
  }

  void notify(UniqueFunction<void()> wake) override {
    if (!ended_ && (next_ < rows_due() || next_ >= plan_->rows)) wake();
  }

  std::string position(uint32_t) const override { return std::to_string(next_); }

  Result<std::unique_ptr<stream::Decoder>> make_decoder(std::size_t) override {
    return std::make_unique<DatagenDecoder>(plan_, scan_, clock_, seed_);
  }

  Status commit_into(std::span<const stream::Rejected>, log::WriteBatch&) override { return {}; }

 private:
  /// How many rows there ought to be by now.
  int64_t rows_due() const {
    const int64_t elapsed_us = clock_.monotonic_us() - started_us_;
    const auto made = static_cast<data::Int128>(elapsed_us) * plan_->rows_per_second / us_per_second + 1;
    return static_cast<int64_t>(std::min<data::Int128>(first_ + made, plan_->rows));
  }

  std::shared_ptr<const Plan> plan_;
  std::shared_ptr<const sql::ScanNode> scan_;
  const io::Clock& clock_;
  uint64_t seed_;
  int64_t first_;
  int64_t next_;
  int64_t started_us_;
  bool ended_ = false;
  std::vector<stream::Split> splits_;
};

}  // namespace

Status check_datagen(const sql::TableDefinition& table) {
  TRY(make_plan(table));
  return {};
}

Result<std::unique_ptr<stream::Source>> open_datagen_source(const stream::Connectors::ScanRequest& scan,
                                                            const io::Clock& clock, uint64_t seed) {
  TRY_ASSIGN(Plan plan, make_plan(*scan.scan->table));
  int64_t next = 0;
  if (!scan.positions.empty() && !data::parse_integer(scan.positions.begin()->second, next))
    return fail(Code::corrupt, "table {}: no row number: {}", scan.scan->table->name, scan.positions.begin()->second);
  return std::make_unique<DatagenSource>(std::move(plan), scan.scan, clock, seed, next);
}

}  // namespace azud::connect
