#include "stream/run/testing/memory_tables.h"

#include <algorithm>

#include "data/builder.h"
#include "data/number_parse.h"
#include "data/text.h"
#include "sql/plan/physical_io.h"

namespace azud::stream::testing {
namespace {

class MemoryWriter final : public SinkWriter {
 public:
  explicit MemoryWriter(MemoryTable& table) : table_(table) {}

  Status write(const data::Batch& rows) override {
    data::Batch shown = rows;
    for (std::size_t i = 0; i < table_.shown.size(); ++i) shown.columns[i] = rows.columns[table_.shown[i]];
    for (std::size_t row = 0; row < rows.rows; ++row) taken_.push_back(data::to_text(shown, row));
    return {};
  }
  Status flush() override {
    std::ranges::move(taken_, std::back_inserter(flushed_));
    taken_.clear();
    return {};
  }
  Status commit_into(log::WriteBatch&) override { return {}; }
  Status committed() override {
    std::ranges::move(flushed_, std::back_inserter(table_.written));
    flushed_.clear();
    return {};
  }

 private:
  MemoryTable& table_;
  std::vector<std::string> taken_, flushed_;
};

class MemorySink final : public Sink {
 public:
  explicit MemorySink(MemoryTable& table, bool takes_all_changes) : table_(table), all_(takes_all_changes) {}
  bool takes_all_changes() const override { return all_; }
  Result<std::unique_ptr<SinkWriter>> open_writer(std::size_t, std::size_t) override {
    return std::make_unique<MemoryWriter>(table_);
  }

 private:
  MemoryTable& table_;
  bool all_;
};

}  // namespace

void MemoryTable::append(MemoryRow row, std::size_t split) { splits_[split].push_back(std::move(row)); }

class MemoryDecoder final : public Decoder {
 public:
  MemoryDecoder(const MemoryTables& tables, const MemoryTable& table, std::shared_ptr<const sql::ScanNode> scan,
                std::vector<std::size_t> split_of)
      : tables_(tables), table_(table), scan_(std::move(scan)), split_of_(std::move(split_of)) {}

  Result<Decoded> decode(std::span<const Piece> pieces) override {
    Decoded out;
    std::vector<data::ColumnBuilder> builders;
    for (const int32_t column : scan_->read)
      builders.emplace_back(scan_->table->columns[static_cast<std::size_t>(column)].type);
    for (const Piece& piece : pieces) {
      for (int64_t at = piece.first; at < piece.end; ++at) {
        const MemoryRow& row = table_.splits_[split_of_[piece.split]][static_cast<std::size_t>(at)];
        if (is_rejected(row)) {
          out.rejected.push_back({.split = piece.split, .position = at, .reason = "rejected"});
          continue;
        }
        for (std::size_t i = 0; i < builders.size(); ++i)
          builders[i].append_value(row.values[static_cast<std::size_t>(scan_->read[i])]);
        out.rows.kinds.push_back(row.kind);
        ++out.rows.rows;
      }
      out.ends.push_back(static_cast<uint32_t>(out.rows.rows));
    }
    for (data::ColumnBuilder& builder : builders) out.rows.columns.push_back(builder.finish());
    return out;
  }

 private:
  bool is_rejected(const MemoryRow& row) const {
    const auto* text = std::get_if<std::string>(&row.values.front().any());
    return !tables_.reject_text.empty() && text != nullptr && *text == tables_.reject_text;
  }

  const MemoryTables& tables_;
  const MemoryTable& table_;
  std::shared_ptr<const sql::ScanNode> scan_;
  std::vector<std::size_t> split_of_;  ///< number within the source to number within the table
};

class MemorySource final : public Source {
 public:
  MemorySource(MemoryTables& tables, std::span<const Connectors::ScanRequest> scans) : tables_(tables) {
    for (std::size_t scan = 0; scan < scans.size(); ++scan) {
      scans_.push_back(scans[scan].scan);
      const MemoryTable& table = tables.table(scans[scan].scan->table->name);
      for (std::size_t split = 0; split < table.splits_.size(); ++split) {
        const std::string name = scans[scan].scan->table->name + "-" + std::to_string(split);
        const auto follows = tables.follows_clock.find(scans[scan].scan->table->name);
        splits_.push_back(
            {.scan = scan, .name = name, .follows_clock = follows != tables.follows_clock.end() && follows->second});
        in_table_.push_back(split);
        int64_t position = 0;
        const auto restored = scans[scan].positions.find(name);
        if (restored != scans[scan].positions.end()) data::parse_integer(restored->second, position);
        positions_.push_back(position);
      }
    }
    ended_.assign(splits_.size(), false);
  }

  const std::vector<Split>& splits() const override { return splits_; }

  Result<Poll> poll(std::size_t) override {
    Poll poll{.clock = tables_.clock, .at_end = true};
    std::size_t limit = 0;
    if (!tables_.poll_rows.empty()) {
      limit = tables_.poll_rows.front();
      if (tables_.poll_rows.size() > 1) tables_.poll_rows.pop_front();
    }
    std::size_t given = 0;
    for (const MemoryTables::Arrival& arrival : tables_.arrivals_) {
      for (uint32_t split = 0; split < splits_.size(); ++split) {
        if (!is_next(split, arrival)) continue;
        if (limit > 0 && given == limit) {
          poll.at_end = false;
          return poll;
        }
        give(poll, split);
        ++given;
      }
    }
    note_ends(poll);
    return poll;
  }

  void notify(UniqueFunction<void()> wake) override { wake(); }
  std::string position(uint32_t split) const override { return std::to_string(positions_[split]); }

  Result<std::unique_ptr<Decoder>> make_decoder(std::size_t scan) override {
    return std::make_unique<MemoryDecoder>(tables_, tables_.table(scans_[scan]->table->name), scans_[scan], in_table_);
  }

  Status commit_into(std::span<const Rejected> rejected, log::WriteBatch&) override {
    for (const Rejected& one : rejected)
      tables_.rejected.push_back(splits_[one.split].name + ":" + std::to_string(one.position));
    return {};
  }

 private:
  bool is_next(uint32_t split, const MemoryTables::Arrival& arrival) const {
    return scans_[splits_[split].scan]->table->name == arrival.table && in_table_[split] == arrival.split &&
           positions_[split] == static_cast<int64_t>(arrival.row);
  }

  void give(Poll& poll, uint32_t split) {
    const int64_t at = positions_[split]++;
    if (!poll.pieces.empty() && poll.pieces.back().split == split)
      poll.pieces.back().end = at + 1;
    else
      poll.pieces.push_back({.split = split, .first = at, .end = at + 1});
  }

  void note_ends(Poll& poll) {
    for (uint32_t split = 0; split < splits_.size(); ++split) {
      const MemoryTable& table = tables_.table(scans_[splits_[split].scan]->table->name);
      if (!table.ended_ || ended_[split]) continue;
      ended_[split] = true;
      poll.ended.push_back(split);
    }
  }

  MemoryTables& tables_;
  std::vector<std::shared_ptr<const sql::ScanNode>> scans_;
  std::vector<Split> splits_;
  std::vector<std::size_t> in_table_;
  std::vector<int64_t> positions_;
  std::vector<bool> ended_;
};

MemoryTable& MemoryTables::add(const std::string& name, std::size_t splits) {
  return *(tables_[name] = std::make_unique<MemoryTable>(splits));
}

void MemoryTables::append(const std::string& name, MemoryRow row, std::size_t split) {
  MemoryTable& to = table(name);
  arrivals_.push_back({name, split, to.size(split)});
  to.append(std::move(row), split);
}

void MemoryTables::end_all() {
  for (auto& [name, table] : tables_) table->end();
}

Result<std::vector<Connectors::OpenedSource>> MemoryTables::open_sources(std::span<const ScanRequest> scans) {
  std::vector<OpenedSource> opened(1);
  opened[0].source = std::make_unique<MemorySource>(*this, scans);
  for (std::size_t i = 0; i < scans.size(); ++i) opened[0].scans.push_back(i);
  return opened;
}

Result<std::unique_ptr<Sink>> MemoryTables::open_sink(const std::shared_ptr<const sql::SinkNode>& node) {
  return std::make_unique<MemorySink>(table(node->table->name), sinks_take_all_changes);
}

}  // namespace azud::stream::testing
