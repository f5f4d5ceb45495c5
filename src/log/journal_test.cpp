#include "log/journal.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "io/faulty_file.h"

namespace azud::log {
namespace {

class JournalTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(files_.create_directories("/j")); }

  /// Writes one entry with one pair.
  void write(Journal& journal, const std::string& value) {
    std::string entry(entry_header_bytes, '\0');
    const Op op = op::Put{"t", "k", value};
    entry.resize(entry_header_bytes + encoded_size(op));
    encode(op, entry.data() + entry_header_bytes);
    const uint32_t chain =
        seal_entry(entry.data(), entry.size(), journal.position().next, 0, 1, journal.position().chain);
    ASSERT_TRUE(journal.write(entry));
    ASSERT_TRUE(journal.sync());
    journal.advance(journal.position().next + 1, chain);
  }
  std::vector<std::string> read(JournalPosition from = {}) {
    std::vector<std::string> values;
    JournalReader reader(files_, "/j", from);
    while (true) {
      const auto entry = reader.next();
      EXPECT_TRUE(entry) << entry.error().to_text();
      if (!entry || !*entry) break;
      OpReader ops(**entry);
      Op op;
      while (ops.next(op).value()) values.emplace_back(std::get<op::Put>(op).value);
    }
    end_ = reader.position();
    return values;
  }
  std::unique_ptr<io::File> open(const std::string& name) {
    return files_.open("/j/" + name, io::OpenMode::update).value();
  }
  using Values = std::vector<std::string>;

  io::FaultyFileSystem files_;
  JournalPosition end_;
};

TEST_F(JournalTest, reads_back_over_several_files_and_from_any_position) {
  Journal journal(files_, "/j", 200);
  ASSERT_TRUE(journal.start({}));
  Values expected;
  JournalPosition middle;
  for (int i = 0; i < 20; ++i) {
    if (i == 10) middle = journal.position();
    expected.push_back(std::string(static_cast<std::size_t>(i), 'x') + std::to_string(i));
    ASSERT_NO_FATAL_FAILURE(write(journal, expected.back()));
  }
  EXPECT_GT(list_journal_files(files_, "/j")->size(), 3U);
  EXPECT_EQ(read(), expected);
  EXPECT_EQ(end_.next, Sequence(21));
  EXPECT_EQ(read(middle), Values(expected.begin() + 10, expected.end()));
  Journal again(files_, "/j", 200);
  ASSERT_TRUE(again.start(end_));
  ASSERT_NO_FATAL_FAILURE(write(again, "more"));
  expected.emplace_back("more");
  EXPECT_EQ(read(), expected);
}

TEST_F(JournalTest, what_a_torn_write_left_behind_does_not_come_back) {
  Journal journal(files_, "/j", 4096);
  ASSERT_TRUE(journal.start({}));
  ASSERT_NO_FATAL_FAILURE(write(journal, "first"));
  const JournalPosition torn = journal.position();
  ASSERT_NO_FATAL_FAILURE(write(journal, "aaaa"));
  ASSERT_NO_FATAL_FAILURE(write(journal, "bbbb"));
  // Of two entries that were being written only the second got to the disk.
  ASSERT_TRUE(open(journal_file_name(Sequence(1)))->write_at(torn.offset + 10, "garbage"));
  EXPECT_EQ(read(), (Values{"first"}));
  Journal again(files_, "/j", 4096);
  ASSERT_TRUE(again.start(end_));
  ASSERT_NO_FATAL_FAILURE(write(again, "cccc"));
  EXPECT_EQ(read(), (Values{"first", "cccc"})) << "the old second entry stands right behind the new first one";
}

TEST_F(JournalTest, a_file_that_was_never_begun_is_taken_away) {
  Journal journal(files_, "/j", 4096);
  ASSERT_TRUE(journal.start({}));
  ASSERT_NO_FATAL_FAILURE(write(journal, "first"));
  ASSERT_TRUE(files_.open("/j/" + journal_file_name(Sequence(2)), io::OpenMode::create));
  EXPECT_EQ(read(), (Values{"first"}));
  Journal again(files_, "/j", 4096);
  ASSERT_TRUE(again.start(end_));
  ASSERT_NO_FATAL_FAILURE(write(again, "second"));
  EXPECT_EQ(read(), (Values{"first", "second"}));
  EXPECT_EQ(list_journal_files(files_, "/j")->size(), 1U);
}

TEST_F(JournalTest, a_hole_is_an_error) {
  Journal journal(files_, "/j", 200);
  ASSERT_TRUE(journal.start({}));
  for (int i = 0; i < 20; ++i) ASSERT_NO_FATAL_FAILURE(write(journal, "some value"));
  const auto names = list_journal_files(files_, "/j").value();
  ASSERT_TRUE(files_.remove("/j/" + journal_file_name(names[1])));
  JournalReader reader(files_, "/j", {});
  auto entry = reader.next();
  while (entry && *entry) entry = reader.next();
  ASSERT_FALSE(entry);
  EXPECT_EQ(entry.error().code(), Code::corrupt);
}

TEST_F(JournalTest, goes_on_in_a_new_file_after_a_failed_write_and_forgets_the_old_one) {
  Journal journal(files_, "/j", 4096);
  ASSERT_TRUE(journal.start({}));
  ASSERT_NO_FATAL_FAILURE(write(journal, "first"));
  files_.fail_at(1, Code::io);
  EXPECT_FALSE(journal.write(std::string(100, 'x')));
  ASSERT_NO_FATAL_FAILURE(write(journal, "second"));
  EXPECT_EQ(list_journal_files(files_, "/j")->size(), 2U);
  EXPECT_EQ(read(), (Values{"first", "second"}));
}

TEST_F(JournalTest, a_spare_lets_it_go_on_when_the_disk_is_full) {
  Journal journal(files_, "/j", 500);
  ASSERT_TRUE(journal.start({}));
  ASSERT_TRUE(journal.prepare_spare());
  files_.set_capacity(1000);
  Values expected;
  while (journal.has_spare()) {
    expected.push_back("value " + std::to_string(expected.size()));
    ASSERT_NO_FATAL_FAILURE(write(journal, expected.back()));
  }
  EXPECT_EQ(journal.prepare_spare().error().code(), Code::storage_full);
  for (int i = 0; i < 5; ++i) {
    expected.push_back("more " + std::to_string(i));
    ASSERT_NO_FATAL_FAILURE(write(journal, expected.back()));
  }
  EXPECT_EQ(read(), expected);
  const Sequence second = journal.position().file;
  const std::size_t in_first = second.value() - 1;
  ASSERT_TRUE(journal.drop_before(second));
  EXPECT_TRUE(journal.has_spare()) << "an old file is used again";
  EXPECT_EQ(list_journal_files(files_, "/j")->size(), 1U);
  for (int i = 0; i < 10; ++i) {
    expected.push_back("again " + std::to_string(i));
    ASSERT_NO_FATAL_FAILURE(write(journal, expected.back()));
  }
  const auto first_kept = JournalReader(files_, "/j", {}).next();
  EXPECT_FALSE(first_kept) << "the journal no longer begins with entry 1";
  (void)in_first;
}

TEST_F(JournalTest, files_that_went_come_back_as_many_as_went) {
  Journal journal(files_, "/j", 500);
  ASSERT_TRUE(journal.start({}));
  const auto fill = [&](std::size_t files) {
    for (int i = 0; list_journal_files(files_, "/j")->size() < files; ++i)
      ASSERT_NO_FATAL_FAILURE(write(journal, "value " + std::to_string(i)));
  };
  const auto spares = [&] {
    const auto names = files_.list("/j").value();
    return std::ranges::count_if(names, [](const std::string& name) { return name.ends_with(".spare"); });
  };
  ASSERT_NO_FATAL_FAILURE(fill(4));
  ASSERT_TRUE(journal.drop_before(journal.position().file));
  EXPECT_EQ(spares(), 3);
  ASSERT_NO_FATAL_FAILURE(fill(3));
  EXPECT_EQ(spares(), 1);
  ASSERT_TRUE(journal.drop_before(journal.position().file));
  EXPECT_EQ(spares(), 2) << "fewer are needed now";
  Journal again(files_, "/j", 500);
  ASSERT_TRUE(again.start(journal.position()));
  EXPECT_TRUE(again.has_spare()) << "those of an earlier run serve too";
}

}  // namespace
}  // namespace azud::log
