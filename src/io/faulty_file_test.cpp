#include "io/faulty_file.h"

#include <set>

#include <gtest/gtest.h>

namespace azud::io {
namespace {

std::string content(FaultyFileSystem& files, const char* path) { return files.read_file(path).value_or("(missing)"); }

TEST(FaultyFileSystem, keeps_what_was_synced_over_a_power_cut) {
  for (uint64_t seed = 1; seed < 30; ++seed) {
    FaultyFileSystem files(seed);
    ASSERT_TRUE(files.create_directories("/d"));
    auto file = files.open("/d/a", OpenMode::write).value();
    ASSERT_TRUE(file->write_at(0, "safe"));
    ASSERT_TRUE(file->sync());
    ASSERT_TRUE(files.sync_directory("/d"));
    files.cut_power();
    EXPECT_FALSE(file->write_at(4, "more"));
    EXPECT_FALSE(files.open("/d/a", OpenMode::read));
    files.restart();
    EXPECT_EQ(content(files, "/d/a"), "safe");
    EXPECT_FALSE(file->size()) << "a handle from before the cut is dead";
  }
}

TEST(FaultyFileSystem, loses_keeps_or_tears_what_was_not_synced) {
  std::set<std::string> seen;
  const std::string two_sectors = std::string(512, 'a') + std::string(512, 'b');
  for (uint64_t seed = 1; seed < 200; ++seed) {
    FaultyFileSystem files(seed);
    ASSERT_TRUE(files.create_directories("/d"));
    auto file = files.open("/d/a", OpenMode::write).value();
    ASSERT_TRUE(files.sync_directory("/d"));
    ASSERT_TRUE(file->write_at(0, two_sectors));
    files.cut_power();
    files.restart();
    seen.insert(content(files, "/d/a"));
  }
  EXPECT_TRUE(seen.contains(""));
  EXPECT_TRUE(seen.contains(two_sectors));
  EXPECT_TRUE(seen.contains(two_sectors.substr(0, 512)));
  EXPECT_TRUE(seen.contains(std::string(512, '\0') + std::string(512, 'b')));
}

TEST(FaultyFileSystem, a_name_is_durable_only_after_its_directory_was_synced) {
  std::set<std::string> seen;
  for (uint64_t seed = 1; seed < 50; ++seed) {
    FaultyFileSystem files(seed);
    ASSERT_TRUE(files.create_directories("/d"));
    ASSERT_TRUE(files.replace_file("/d/a", "old"));
    auto file = files.open("/d/b", OpenMode::write).value();
    ASSERT_TRUE(file->write_at(0, "new"));
    ASSERT_TRUE(file->sync());
    ASSERT_TRUE(files.rename("/d/b", "/d/a"));
    EXPECT_EQ(content(files, "/d/a"), "new");
    files.cut_power();
    files.restart();
    seen.insert(content(files, "/d/a"));
  }
  EXPECT_EQ(seen, (std::set<std::string>{"old", "new"}));
}

TEST(FaultyFileSystem, cuts_the_power_at_the_operation_asked_for) {
  FaultyFileSystem files;
  ASSERT_TRUE(files.create_directories("/d"));
  auto file = files.open("/d/a", OpenMode::write).value();
  files.cut_power_at(2);
  EXPECT_TRUE(file->write_at(0, "one"));
  EXPECT_FALSE(file->sync());
  EXPECT_TRUE(files.power_is_off());
}

TEST(FaultyFileSystem, fails_once_on_purpose_and_forgets_what_a_failed_sync_was_to_keep) {
  FaultyFileSystem files;
  ASSERT_TRUE(files.create_directories("/d"));
  auto file = files.open("/d/a", OpenMode::write).value();
  ASSERT_TRUE(files.sync_directory("/d"));
  ASSERT_TRUE(file->write_at(0, "lost"));
  files.fail_at(1, Code::io);
  EXPECT_EQ(file->sync().error().code(), Code::io);
  EXPECT_TRUE(file->sync());
  files.cut_power();
  files.restart();
  EXPECT_EQ(content(files, "/d/a"), "");
}

TEST(FaultyFileSystem, fills_up_and_gets_room_again) {
  FaultyFileSystem files;
  ASSERT_TRUE(files.create_directories("/d"));
  auto a = files.open("/d/a", OpenMode::write).value();
  auto b = files.open("/d/b", OpenMode::write).value();
  files.set_capacity(100);
  ASSERT_TRUE(a->allocate(60));
  ASSERT_TRUE(a->write_at(0, std::string(60, 'x')));
  EXPECT_EQ(b->write_at(0, std::string(50, 'y')).error().code(), Code::storage_full);
  EXPECT_EQ(b->size().value(), 25U) << "a write that fails may get half way";
  EXPECT_EQ(files.free_bytes("/d").value(), 15U);
  ASSERT_TRUE(files.remove("/d/a"));
  EXPECT_TRUE(b->write_at(0, std::string(50, 'y')));
}

TEST(FaultyFileSystem, a_killed_process_loses_no_file_but_its_locks_and_handles) {
  FaultyFileSystem files;
  ASSERT_TRUE(files.create_directories("/d"));
  auto held = files.lock("/d/lock");
  ASSERT_TRUE(held);
  EXPECT_EQ(files.lock("/d/lock").error().code(), Code::unavailable);
  auto file = files.open("/d/a", OpenMode::write).value();
  ASSERT_TRUE(file->write_at(0, "kept"));
  files.restart_process();
  EXPECT_EQ(content(files, "/d/a"), "kept");
  EXPECT_FALSE(file->write_at(0, "late"));
  const auto again = files.lock("/d/lock");
  EXPECT_TRUE(again);
  held->reset();
  EXPECT_FALSE(files.lock("/d/lock")) << "the dead process's lock must not let go of the new one";
}

TEST(FaultyFileSystem, lists_files_and_directories) {
  FaultyFileSystem files;
  ASSERT_TRUE(files.create_directories("/d/e/f"));
  ASSERT_TRUE(files.open("/d/a", OpenMode::write));
  EXPECT_EQ(files.list("/d").value(), (std::vector<std::string>{"a", "e"}));
  EXPECT_EQ(files.list("/x").error().code(), Code::not_found);
  EXPECT_FALSE(files.remove("/d/e"));
  EXPECT_TRUE(files.remove("/d/e/f"));
  EXPECT_TRUE(files.remove("/d/e"));
}

}  // namespace
}  // namespace azud::io
