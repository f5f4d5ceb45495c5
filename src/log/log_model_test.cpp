#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>

#include "base/logging.h"
#include "log/log_fixture.h"
#include "log/merged_reader.h"

// Random operations on a log whose power is cut at random moments, against a model of what it must hold. Operations are
// handed in several at once; the journal is one sequence, so after a cut exactly a prefix of those not acknowledged may
// be there, and all that were acknowledged must be.

namespace azud::log {
namespace {

struct Record {
  std::string value;
  TimestampMs timestamp = 0;
  bool operator==(const Record&) const = default;
};
struct ModelPartition {
  std::vector<Record> records;  // by offset
  int64_t log_start = 0;
  // The producer's next sequence and its last batch: sequence, offset, values.
  int32_t next_sequence = 0;
  std::optional<std::pair<int32_t, int64_t>> last_batch;
  std::vector<Record> last_records;
};
struct ModelJob {
  uint64_t generation = 0, begun = 0, last_generation = 0;
  std::string snapshot;
  std::vector<std::string> deltas;
  std::vector<std::string> deltas_since_begun;
  std::string state_at_begin;
};
struct Model {
  std::map<std::string, std::vector<ModelPartition>> topics;
  std::map<std::string, std::string> pairs;
  std::map<std::string, ModelJob> jobs;
};

class LogModelTest : public LogFixture, public testing::WithParamInterface<int> {
 protected:
  uint64_t pick(uint64_t below) { return random_() % below; }
  bool one_in(uint64_t n) { return pick(n) == 0; }
  std::string text(std::size_t size_max) {
    std::string text = std::to_string(++values_) + ":";
    text.append(pick(size_max), static_cast<char>('a' + pick(26)));
    return text;
  }

  std::vector<Record> records() {
    std::vector<Record> records(1 + pick(4));
    for (Record& record : records) {
      record = {text(one_in(20) ? 3000 : 80), clock_.wall_ms() + static_cast<int64_t>(pick(50)) - 25};
    }
    return records;
  }
  static SharedBytes batch(const std::vector<Record>& records, kafka::BatchOptions options = {}) {
    kafka::BatchBuilder builder(options);
    for (const Record& record : records) builder.add(record.timestamp, std::nullopt, record.value);
    return builder.finish();
  }
  std::pair<const std::string, std::vector<ModelPartition>>* some_topic(Model& model) {
    if (model.topics.empty()) return nullptr;
    return &*std::next(model.topics.begin(), static_cast<std::ptrdiff_t>(pick(model.topics.size())));
  }

  /// An operation handed to the log: its effect on the model, and how it ended.
  struct Handed {
    Model after;
    std::future<Status> done;
    bool writes = true;  ///< what changes nothing needs nothing written, and may succeed after others failed
  };
  template <class Result>
  static auto note(const std::shared_ptr<std::promise<Status>>& promise) {
    return [promise](Result result) { promise->set_value(result ? Status() : std::unexpected(result.error())); };
  }

  void hand_in(Model& model, std::vector<Handed>& handed) {
    auto promise = std::make_shared<std::promise<Status>>();
    auto future = promise->get_future();
    const uint64_t what = pick(100);
    auto* topic = some_topic(model);
    if (topic == nullptr || what < 3) {
      if (model.topics.size() >= 4) return;
      const std::string name = "topic" + std::to_string(pick(6));
      if (model.topics.contains(name)) return;
      std::map<std::string, std::string> config{{"segment.bytes", std::to_string(300 + pick(3000))}};
      if (one_in(3)) config["retention.bytes"] = "4000";
      const int32_t partitions = 1 + static_cast<int32_t>(pick(3));
      model.topics[name].resize(static_cast<std::size_t>(partitions));
      log_->create_topic(name, partitions, config, note<Status>(promise));
      fresh_topics_ = true;
    } else if (what < 4) {
      const std::string name = topic->first;
      model.topics.erase(name);
      log_->delete_topic(name, note<Status>(promise));
      fresh_topics_ = true;
    } else if (what < 6) {
      topic->second.resize(topic->second.size() + 1);
      log_->add_partitions(topic->first, static_cast<int32_t>(topic->second.size()), note<Status>(promise));
      fresh_topics_ = true;
    } else if (what < 16) {
      const std::string key = "key" + std::to_string(pick(20));
      WriteBatch changes;
      if (one_in(3)) {
        model.pairs.erase(key);
        changes.erase("table", key);
      } else {
        model.pairs[key] = text(40);
        changes.put("table", key, model.pairs[key]);
      }
      log_->commit(std::move(changes), note<Result<std::vector<Appended>>>(promise));
    } else if (what < 30) {
      hand_in_commit(model, promise);
    } else {
      const std::size_t number = pick(topic->second.size());
      const PartitionPtr to = partition(topic->first, number);
      if (to == nullptr) return;  // made in this burst
      ModelPartition& p = topic->second[number];
      if (what < 33) {
        if (p.records.empty()) return;
        const auto before = static_cast<int64_t>(pick(p.records.size() + 1));
        if (Offset(before) > to->high_watermark()) return;
        repeats_ = before <= p.log_start || Offset(before) <= to->log_start();  // retention may be further
        p.log_start = std::max(p.log_start, before);
        log_->delete_records(to, Offset(before), note<Status>(promise));
      } else if (what < 50) {
        hand_in_idempotent(p, to, promise);
      } else {
        const auto some = records();
        p.records.insert(p.records.end(), some.begin(), some.end());
        log_->append(to, batch(some), note<Result<Appended>>(promise));
      }
    }
    handed.push_back({model, std::move(future), !repeats_});
    repeats_ = false;
  }

  void hand_in_idempotent(ModelPartition& p, const PartitionPtr& to,
                          const std::shared_ptr<std::promise<Status>>& promise) {
    kafka::BatchOptions options{.producer_id = 5, .producer_epoch = 0};
    if (p.last_batch && one_in(3)) {  // a retry: nothing new, the first answer again
      repeats_ = true;
      options.base_sequence = p.last_batch->first;
      log_->append(to, batch(p.last_records, options),
                   [promise, expected = p.last_batch->second](const Result<Appended>& result) {
                     if (result) {
                       EXPECT_EQ(result->base, Offset(expected));
                     }
                     promise->set_value(result ? Status() : std::unexpected(result.error()));
                   });
      return;
    }
    const auto some = records();
    options.base_sequence = p.next_sequence;
    p.last_batch = {p.next_sequence, static_cast<int64_t>(p.records.size())};
    p.last_records = some;
    p.next_sequence += static_cast<int32_t>(some.size());
    p.records.insert(p.records.end(), some.begin(), some.end());
    log_->append(to, batch(some, options), note<Result<Appended>>(promise));
  }

  void hand_in_commit(Model& model, const std::shared_ptr<std::promise<Status>>& promise) {
    WriteBatch changes;
    ModelJob& job = model.jobs["job" + std::to_string(pick(2))];
    const std::string name = &job == &model.jobs["job0"] ? "job0" : "job1";
    for (uint64_t i = pick(3); i > 0; --i) {
      auto* topic = some_topic(model);
      const std::size_t number = pick(topic->second.size());
      const PartitionPtr to = partition(topic->first, number);
      if (to == nullptr) continue;
      const auto some = records();
      auto& into = topic->second[number].records;
      into.insert(into.end(), some.begin(), some.end());
      changes.append(to, batch(some));
    }
    const std::string delta = text(200);
    const bool begins = job.begun == 0 && one_in(4);
    if (begins) changes.job_snapshot_begin(name, job.last_generation + 1);
    changes.job_delta(name, SharedBytes::own(delta));
    job.deltas.push_back(delta);
    job.deltas_since_begun.push_back(delta);
    if (begins) {
      job.begun = ++job.last_generation;
      job.deltas_since_begun.clear();
      job.state_at_begin = "state of " + std::to_string(job.begun) + " " + text(300);
    }
    const std::string key = "job of " + name;
    model.pairs[key] = delta;
    changes.put("table", key, delta);
    log_->commit(std::move(changes), note<Result<std::vector<Appended>>>(promise));
  }

  /// Hands in some operations at once and waits for all. Returns the models that are possible if the power was cut.
  std::vector<Model> burst(Model& model) {
    std::vector<Handed> handed;
    const Model before = model;
    std::thread beside;
    if (one_in(4)) beside = std::thread([this] { (void)disk_log().checkpoint(); });
    fresh_topics_ = false;
    for (uint64_t i = 1 + pick(8); i > 0 && !fresh_topics_; --i) hand_in(model, handed);
    if (beside.joinable()) beside.join();
    std::vector<Model> possible{before};
    bool failed = false;
    for (Handed& each : handed) {
      const Status done = each.done.get();
      if (done && !each.writes) continue;
      if (done) {
        EXPECT_FALSE(failed) << "acknowledged after an earlier one failed";
        possible.clear();
      } else {
        failed = true;
        EXPECT_TRUE(files_.power_is_off()) << done.error().to_text();
      }
      possible.push_back(std::move(each.after));
    }
    return possible;
  }

  /// One step that is not part of a burst: it may be cut short, and then leaves the model in one of the returned
  /// states.
  std::vector<Model> maintain(Model& model) {
    switch (pick(4)) {
      case 0: {
        const auto made = disk_log().checkpoint();
        EXPECT_TRUE(made || files_.power_is_off()) << made.error().to_text();
        return {model};
      }
      case 1: {
        clock_.advance_ms(static_cast<int64_t>(pick(1000)));
        const auto retained = disk_log().retain();
        EXPECT_TRUE(retained || files_.power_is_off()) << retained.error().to_text();
        loose_start_ = true;
        return {model};
      }
      default: {
        for (auto& [name, job] : model.jobs) {
          if (job.begun == 0) continue;
          Model after = model;
          ModelJob& finished = after.jobs[name];
          finished.generation = job.begun;
          finished.begun = 0;
          finished.snapshot = job.state_at_begin;
          finished.deltas = job.deltas_since_begun;
          const auto done = await<Status>([&](auto callback) {
            log_->jobs().finish_snapshot(name, job.begun, SharedBytes::own(job.state_at_begin), std::move(callback));
          });
          EXPECT_TRUE(done || files_.power_is_off()) << done.error().to_text();
          if (!done) return {model, after};
          model = after;
          return {model};
        }
        return {model};
      }
    }
  }

  /// What the log holds, compared with the model; an empty text if they are the same.
  std::string difference(Model& model) {
    std::vector<std::string> names;
    for (const auto& topic : log_->topics()) names.push_back(topic->topic->name());
    std::vector<std::string> expected;
    for (const auto& [name, partitions] : model.topics) expected.push_back(name);
    if (names != expected) return "topics";
    for (auto& [name, partitions] : model.topics) {
      if (log_->find_topic(name)->partitions.size() != partitions.size()) return "partitions of " + name;
      for (std::size_t i = 0; i < partitions.size(); ++i) {
        const auto different = difference(*partition(name, i), partitions[i]);
        if (!different.empty()) return name + "-" + std::to_string(i) + ": " + different;
      }
    }
    const auto pairs = log_->scan("table", "");
    if (std::map<std::string, std::string>(pairs.begin(), pairs.end()) != model.pairs) return "pairs";
    for (const auto& [name, job] : model.jobs) {
      const auto restored = log_->jobs().restore(name);
      if (!restored) return "job " + name + ": " + restored.error().to_text();
      if (restored->generation != job.generation) return "generation of " + name;
      if (restored->snapshot.view() != job.snapshot) return "snapshot of " + name;
      std::vector<std::string> deltas;
      for (const auto& delta : restored->deltas) deltas.emplace_back(delta.view());
      if (deltas != job.deltas) return "deltas of " + name;
    }
    return {};
  }

  std::string difference(const Partition& actual, ModelPartition& expected) {
    if (actual.high_watermark() != Offset(static_cast<int64_t>(expected.records.size()))) {
      return fmt::format("ends at {} instead of {}", actual.high_watermark(), expected.records.size());
    }
    const int64_t start = actual.log_start().value();
    if (start != expected.log_start && !(loose_start_ && start > expected.log_start)) {
      return fmt::format("starts at {} instead of {}", start, expected.log_start);
    }
    Offset at = actual.log_start();
    while (at < actual.high_watermark()) {
      const auto batches = actual.read(at, 1 + pick(2000));
      if (!batches) return batches.error().to_text();
      if (batches->empty()) return fmt::format("nothing to read at {}", at);
      for (const StoredBatch& stored : *batches) {
        if (stored.base > at) return fmt::format("a gap before {}", stored.base);
        const auto view = kafka::BatchView::parse(stored.bytes.view());
        if (!view || !view->check_crc()) return "a damaged batch";
        kafka::RecordReader reader;
        if (!reader.open(*view)) return "a batch that cannot be read";
        kafka::RecordView record;
        while (reader.next(record)) {
          const Record& wanted = expected.records[static_cast<std::size_t>(record.offset)];
          if (*record.value != wanted.value || record.timestamp != wanted.timestamp) {
            return fmt::format("another record at {}", record.offset);
          }
        }
        at = stored.last + 1;
      }
    }
    return {};
  }

  void check_searches(Model& model) {
    std::vector<MergedReader::Start> starts;
    for (auto& [name, partitions] : model.topics) {
      for (std::size_t i = 0; i < partitions.size(); ++i) {
        const PartitionPtr p = partition(name, i);
        starts.push_back({p, p->log_start()});
        const TimestampMs wanted = clock_.wall_ms() - static_cast<int64_t>(pick(2000));
        const auto found = p->find_timestamp(wanted);
        ASSERT_TRUE(found) << found.error().to_text();
        Offset expected(-1);
        TimestampMs largest = -1;
        for (auto o = static_cast<std::size_t>(p->log_start().value()); o < partitions[i].records.size(); ++o) {
          const TimestampMs timestamp = partitions[i].records[o].timestamp;
          if (expected < Offset(0) && timestamp >= wanted) expected = Offset(static_cast<int64_t>(o));
          largest = std::max(largest, timestamp);
        }
        EXPECT_EQ(found->offset, expected);
        EXPECT_EQ(p->find_max_timestamp()->timestamp, largest);
      }
    }
    MergedReader reader(*log_, starts);
    Sequence last;
    while (true) {
      const auto poll = reader.poll(1 + pick(5000));
      ASSERT_TRUE(poll) << poll.error().to_text();
      for (const auto& item : poll->items) {
        EXPECT_GE(item.batch.sequence, last);
        last = item.batch.sequence;
      }
      if (poll->at_end) break;
    }
    for (std::size_t i = 0; i < starts.size(); ++i) {
      EXPECT_EQ(reader.position(i), starts[i].partition->high_watermark());
    }
  }

  /// Makes the one of `possible` that the log holds the model.
  void settle(Model& model, std::vector<Model> possible) {
    std::string differences;
    for (Model& candidate : possible) {
      const std::string different = difference(candidate);
      differences += "\n  " + different;
      if (!different.empty()) continue;
      model = std::move(candidate);
      adopt_starts(model);
      return;
    }
    FAIL() << "the log holds none of " << possible.size() << " possible states; they differ in:" << differences;
  }
  void adopt_starts(Model& model) {
    for (auto& [name, partitions] : model.topics) {
      for (std::size_t i = 0; i < partitions.size(); ++i) {
        partitions[i].log_start = partition(name, i)->log_start().value();
      }
    }
    loose_start_ = false;
  }

  void restart(Model& model, std::vector<Model> possible) {
    const bool was_cut = files_.power_is_off();
    const uint64_t how = was_cut ? 0 : pick(3);
    SCOPED_TRACE(fmt::format("restart, kind {}", how));
    if (how < 2) files_.cut_power();
    log_.reset();
    if (how == 0 || files_.power_is_off()) {
      if (how == 1 && !was_cut) {
        files_.restart_process();
      } else {
        files_.restart();
      }
    }
    if (one_in(4)) files_.cut_power_at(1 + pick(15));
    ASSERT_NO_FATAL_FAILURE(open_at_last());
    files_.cut_power_at(0);
    while (files_.power_is_off()) {  // it went when the log was open already
      log_.reset();
      files_.restart();
      ASSERT_NO_FATAL_FAILURE(open_at_last());
    }
    settle(model, std::move(possible));
  }

  std::mt19937_64 random_{static_cast<uint64_t>(GetParam())};
  uint64_t values_ = 0;
  bool loose_start_ = false;   ///< retention may have moved log starts
  bool repeats_ = false;       ///< the operation being handed in changes nothing
  bool fresh_topics_ = false;  ///< this burst made or deleted topics
};

TEST_P(LogModelTest, holds_what_was_acknowledged) {
  spdlog::set_level(spdlog::level::off);
  options_.journal_file_bytes = 2000 + pick(20'000);
  options_.tail_bytes_max = 1000 + pick(30'000);
  options_.checkpoint_journal_bytes = 5000 + pick(100'000);
  Model model;
  ASSERT_NO_FATAL_FAILURE(open());
  for (int step = 0; step < 150 && !HasFailure(); ++step) {
    SCOPED_TRACE(fmt::format("seed {} step {}", GetParam(), step));
    clock_.advance_ms(static_cast<int64_t>(pick(20)));
    if (one_in(4)) files_.cut_power_at(1 + pick(40));
    const auto possible = one_in(5) ? maintain(model) : burst(model);
    const bool checks = one_in(10);
    if (checks) files_.cut_power_at(0);
    if (files_.power_is_off() || one_in(15)) {
      ASSERT_NO_FATAL_FAILURE(restart(model, possible));
    }
    if (checks) {
      EXPECT_EQ(difference(model), "");
      adopt_starts(model);
      check_searches(model);
    }
  }
}

/// Thirty seeds, or as many as AZUD_MODEL_SEEDS says: for a long run by hand.
int seeds() {
  const char* wanted = std::getenv("AZUD_MODEL_SEEDS");
  return wanted == nullptr ? 30 : std::max(1, std::atoi(wanted));
}

INSTANTIATE_TEST_SUITE_P(Seeds, LogModelTest, testing::Range(1, 1 + seeds()));

}  // namespace
}  // namespace azud::log
