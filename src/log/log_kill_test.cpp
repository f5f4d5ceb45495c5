#include <filesystem>
#include <random>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/clock.h"
#include "io/file.h"
#include "kafka/wire/batch_builder.h"
#include "kafka/wire/record_reader.h"
#include "log/log.h"

// A real process on a real disk, killed with SIGKILL in the middle of its writes.

namespace azud::log {
namespace {

LogOptions small_options() {
  LogOptions options;
  options.journal_file_bytes = 64 << 10;
  options.checkpoint_journal_bytes = 100 << 10;
  options.tail_bytes_max = 20 << 10;
  return options;
}

/// Commits 1, 2, 3 … for ever, each as a record of two partitions and a pair; tells the pipe what was acknowledged.
[[noreturn]] void write_until_killed(const std::filesystem::path& directory, int acknowledged) {
  io::RealFileSystem files;
  io::SystemClock clock;
  auto opened = Log::open(files, clock, directory, small_options());
  if (!opened) ::_exit(2);
  Log& log = **opened;
  if (!log.find_topic("t")) {
    std::atomic<bool> made = false;
    log.create_topic("t", 2, {{"segment.bytes", "10000"}}, [&](const Status&) { made = true; });
    while (!made) std::this_thread::yield();
  }
  const auto partitions = log.find_topic("t")->partitions;
  int64_t next = partitions[0]->high_watermark().value();
  std::atomic<int64_t> done = next;
  while (true) {
    WriteBatch batch;
    for (const auto& partition : partitions) {
      kafka::BatchBuilder builder;
      builder.add(1000, std::nullopt, std::to_string(next));
      batch.append(partition, builder.finish());
    }
    batch.put("t", "next", std::to_string(++next));
    log.commit(std::move(batch), [&done, next, acknowledged](const auto& result) {
      if (!result || ::write(acknowledged, &next, sizeof next) != sizeof next) ::_exit(3);
      done = next;
    });
    while (next - done > 20) std::this_thread::yield();
  }
}

TEST(LogKill, nothing_acknowledged_is_lost_and_commits_are_whole) {
  std::string name = (std::filesystem::temp_directory_path() / "azud_kill_XXXXXX").string();
  ASSERT_NE(::mkdtemp(name.data()), nullptr);
  const std::filesystem::path directory = name;
  std::mt19937 random(7);
  for (int round = 0; round < 5; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      ::close(ends[0]);
      write_until_killed(directory, ends[1]);
    }
    ::close(ends[1]);
    int64_t acknowledged = 0;
    for (uint32_t wanted = 200 + random() % 800; wanted > 0; --wanted) {
      ASSERT_EQ(::read(ends[0], &acknowledged, sizeof acknowledged), static_cast<ssize_t>(sizeof acknowledged));
    }
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    int64_t later;
    while (::read(ends[0], &later, sizeof later) == static_cast<ssize_t>(sizeof later)) acknowledged = later;
    ::close(ends[0]);

    io::RealFileSystem files;
    io::SystemClock clock;
    auto opened = Log::open(files, clock, directory, small_options());
    ASSERT_TRUE(opened) << opened.error().to_text();
    const std::string next = (*opened)->get("t", "next").value_or("none");
    EXPECT_GE(std::stoll(next), acknowledged);
    const auto topic = (*opened)->find_topic("t");
    for (const auto& partition : topic->partitions) {
      EXPECT_EQ(std::to_string(partition->high_watermark().value()), next) << "a commit is whole";
      for (Offset at(0); at < partition->high_watermark();) {
        const auto batches = partition->read(at, 10'000);
        ASSERT_TRUE(batches) << batches.error().to_text();
        for (const auto& batch : *batches) {
          const auto view = kafka::BatchView::parse(batch.bytes.view());
          kafka::RecordReader reader;
          ASSERT_TRUE(reader.open(*view));
          kafka::RecordView record;
          ASSERT_TRUE(reader.next(record));
          ASSERT_EQ(*record.value, std::to_string(at.value()));
          at = batch.last + 1;
        }
      }
    }
  }
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace azud::log
