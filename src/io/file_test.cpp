#include "io/file.h"

#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

namespace azud::io {
namespace {

class RealFiles : public testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "azud_file_XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    directory_ = name;
  }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  RealFileSystem files_;
  std::filesystem::path directory_;
};

TEST_F(RealFiles, writes_pieces_and_reads_them_back) {
  const auto file = files_.open(directory_ / "a", OpenMode::create).value();
  const std::vector<ByteView> pieces = {"one", "", "two", "three"};
  ASSERT_TRUE(file->write_at(2, pieces));
  ASSERT_TRUE(file->sync());
  EXPECT_EQ(file->size().value(), 13U);
  char got[11];
  ASSERT_TRUE(file->read_exactly(2, got, sizeof got));
  EXPECT_EQ(ByteView(got, sizeof got), "onetwothree");
  EXPECT_EQ(file->read_at(11, got, sizeof got).value(), 2U);
  const auto past_end = file->read_exactly(11, got, sizeof got);
  ASSERT_FALSE(past_end);
  EXPECT_EQ(past_end.error().code(), Code::corrupt);
}

TEST_F(RealFiles, writes_more_pieces_than_one_call_takes) {
  const auto file = files_.open(directory_ / "a", OpenMode::create).value();
  const std::vector<ByteView> pieces(1000, "xy");
  ASSERT_TRUE(file->write_at(0, pieces));
  EXPECT_EQ(file->size().value(), 2000U);
}

TEST_F(RealFiles, writes_much_in_the_background) {
  const auto file = files_.open(directory_ / "a", OpenMode::create).value();
  std::string large(3 * background_piece_bytes + 17, '\0');
  for (std::size_t i = 0; i < large.size(); ++i) large[i] = static_cast<char>(i * 31 >> 7);
  const std::vector<ByteView> pieces = {"small", large, "", "end"};
  ASSERT_TRUE(file->write_in_background(3, pieces));
  EXPECT_EQ(files_.read_file(directory_ / "a").value(), std::string(3, '\0') + "small" + large + "end");
}

TEST_F(RealFiles, sets_room_aside_and_keeps_content) {
  const auto file = files_.open(directory_ / "a", OpenMode::write).value();
  ASSERT_TRUE(file->write_at(0, "abc"));
  ASSERT_TRUE(file->allocate(8192));
  EXPECT_EQ(file->size().value(), 8192U);
  ASSERT_TRUE(file->allocate(10));
  EXPECT_EQ(file->size().value(), 8192U);
  ASSERT_TRUE(file->truncate(3));
  EXPECT_EQ(files_.read_file(directory_ / "a").value(), "abc");
}

TEST_F(RealFiles, names_come_and_go) {
  ASSERT_TRUE(files_.create_directories(directory_ / "x" / "y"));
  ASSERT_TRUE(files_.create_directories(directory_ / "x" / "y"));
  ASSERT_TRUE(files_.replace_file(directory_ / "x" / "b", "old"));
  ASSERT_TRUE(files_.replace_file(directory_ / "x" / "b", "new"));
  EXPECT_EQ(files_.list(directory_ / "x").value(), (std::vector<std::string>{"b", "y"}));
  EXPECT_EQ(files_.read_file(directory_ / "x" / "b").value(), "new");
  ASSERT_TRUE(files_.remove(directory_ / "x" / "b"));
  ASSERT_TRUE(files_.remove(directory_ / "x" / "y"));
  EXPECT_TRUE(files_.list(directory_ / "x").value().empty());
  EXPECT_EQ(files_.remove(directory_ / "x" / "b").error().code(), Code::not_found);
  EXPECT_TRUE(files_.remove_if_there(directory_ / "x" / "b"));
  EXPECT_EQ(files_.open(directory_ / "x" / "b", OpenMode::read).error().code(), Code::not_found);
  EXPECT_GT(files_.free_bytes(directory_).value(), 0U);
}

TEST_F(RealFiles, a_lock_is_for_one) {
  auto first = files_.lock(directory_ / "lock");
  ASSERT_TRUE(first);
  EXPECT_EQ(files_.lock(directory_ / "lock").error().code(), Code::unavailable);
  first->reset();
  EXPECT_TRUE(files_.lock(directory_ / "lock"));
}

}  // namespace
}  // namespace azud::io
