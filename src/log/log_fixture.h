#pragma once

#include <future>
#include <initializer_list>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "io/clock.h"
#include "io/faulty_file.h"
#include "kafka/wire/batch_builder.h"
#include "kafka/wire/record_reader.h"
#include "log/disk_log.h"

namespace azud::log {

/// For tests: a log on a file system in memory that can lose its power, with calls that wait for their answer.
class LogFixture : public testing::Test {
 protected:
  void open() {
    auto opened = Log::open(files_, clock_, "/data", options_);
    ASSERT_TRUE(opened) << opened.error().to_text();
    log_ = *std::move(opened);
  }
  void reopen() {
    log_.reset();
    open();
  }
  /// As after kill -9: what was written is there, what was not is gone.
  void kill_and_open() {
    files_.cut_power();
    log_.reset();
    files_.restart_process();
    open();
  }
  void cut_power_and_open() {
    files_.cut_power();
    log_.reset();
    files_.restart();
    open();
  }
  /// The same, when the power may go again while the log opens.
  void open_at_last() {
    while (true) {
      auto opened = Log::open(files_, clock_, "/data", options_);
      if (opened) {
        log_ = *std::move(opened);
        return;
      }
      ASSERT_TRUE(files_.power_is_off()) << opened.error().to_text();
      files_.restart();
    }
  }

  /// A batch of one record per value, all stamped with the clock's time.
  SharedBytes batch_of(const std::vector<std::string>& values, kafka::BatchOptions options = {}) const {
    kafka::BatchBuilder builder(options);
    for (const std::string& value : values) builder.add(clock_.wall_ms(), std::nullopt, value);
    return builder.finish();
  }
  SharedBytes batch_of(std::initializer_list<std::string> values) const {
    return batch_of(std::vector<std::string>(values));
  }

  template <class T, class Start>
  static T await(Start start) {
    std::promise<T> promise;
    auto future = promise.get_future();
    start([&promise](T result) { promise.set_value(std::move(result)); });
    return future.get();
  }

  Status create(const std::string& name, int32_t partitions = 1, std::map<std::string, std::string> config = {}) {
    return await<Status>([&](auto done) { log_->create_topic(name, partitions, config, std::move(done)); });
  }
  Status delete_topic(const std::string& name) {
    return await<Status>([&](auto done) { log_->delete_topic(name, std::move(done)); });
  }
  PartitionPtr partition(const std::string& topic, std::size_t number = 0) const {
    const auto view = log_->find_topic(topic);
    return view && number < view->partitions.size() ? view->partitions[number] : nullptr;
  }
  Result<Appended> append(const PartitionPtr& to, SharedBytes batch) {
    return await<Result<Appended>>([&](auto done) { log_->append(to, std::move(batch), std::move(done)); });
  }
  Result<Appended> append(const std::string& topic, std::initializer_list<std::string> values) {
    return append(partition(topic), batch_of(values));
  }
  Result<std::vector<Appended>> commit(WriteBatch batch) {
    return await<Result<std::vector<Appended>>>([&](auto done) { log_->commit(std::move(batch), std::move(done)); });
  }
  Status delete_records(const PartitionPtr& from, Offset before) {
    return await<Status>([&](auto done) { log_->delete_records(from, before, std::move(done)); });
  }

  /// Waits until writes that were refused are accepted again.
  void wait_until_writable() const {
    while (log_->storage_full()) std::this_thread::yield();
  }
  DiskLog& disk_log() { return static_cast<DiskLog&>(*log_); }

  /// The values of all records of a batch.
  static std::vector<std::string> values_of(const SharedBytes& batch) {
    std::vector<std::string> values;
    const auto view = kafka::BatchView::parse(batch.view());
    EXPECT_TRUE(view);
    EXPECT_TRUE(view->check_crc());
    kafka::RecordReader reader;
    EXPECT_TRUE(reader.open(*view));
    kafka::RecordView record;
    while (reader.next(record)) values.emplace_back(record.value.value_or("(null)"));
    EXPECT_TRUE(reader.status());
    return values;
  }
  /// The values of all records from `from` to the end.
  static std::vector<std::string> read_all(const PartitionPtr& from, Offset offset) {
    std::vector<std::string> values;
    while (offset < from->high_watermark()) {
      const auto batches = from->read(offset, 1000);
      EXPECT_TRUE(batches) << batches.error().to_text();
      if (!batches || batches->empty()) break;
      for (const StoredBatch& batch : *batches) {
        EXPECT_LE(batch.base, batch.last);
        EXPECT_GE(batch.last, offset);
        for (auto& value : values_of(batch.bytes)) values.push_back(std::move(value));
        offset = batch.last + 1;
      }
    }
    return values;
  }
  static std::vector<std::string> read_all(const PartitionPtr& from) { return read_all(from, from->log_start()); }

  io::FaultyFileSystem files_;
  io::ManualClock clock_{1'700'000'000'000};
  LogOptions options_{.journal_file_bytes = 1 << 20};
  std::unique_ptr<Log> log_;
};

}  // namespace azud::log
