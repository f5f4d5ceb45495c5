#include "connect/filesystem/file_source.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <unistd.h>

#include "connect/test_tables.h"
#include "log/log_fixture.h"

namespace azud::connect {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Map = std::map<std::string, std::string>;

class FileSourceTest : public log::LogFixture {
 protected:
  void SetUp() override {
    open();
    folder_ = fs::temp_directory_path() / fmt::format("azud-file-source-{}", ::getpid());
    fs::create_directories(folder_);
    environment_ = {.files = &real_files_, .clock = &clock_, .log = log_.get()};
  }
  void TearDown() override { fs::remove_all(folder_); }

  void put(const std::string& name, std::string_view text) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }
  sql::TableDefinition table(std::string_view columns, Map more = {}) const {
    more.insert({{"connector", "filesystem"}, {"path", folder_.string()}, {"format", "csv"}});
    return test_table(columns, std::move(more));
  }
  std::unique_ptr<stream::Source> source_of(const sql::TableDefinition& table, const std::string& position = {}) {
    std::map<std::string, std::string> positions;
    if (!position.empty()) positions["t-0"] = position;
    auto opened = open_file_source({test_scan(table), positions}, environment_);
    EXPECT_TRUE(opened) << opened.error().to_text();
    return opened ? *std::move(opened) : nullptr;
  }

  fs::path folder_;
  io::RealFileSystem real_files_;
  FileEnvironment environment_;
};

TEST_F(FileSourceTest, reads_a_directory_in_the_order_of_paths) {
  put("b.csv", "3,c\r\n4,d");
  put("a.csv", "1,a\n2,\"b\nstill b\"\n");
  put("sub/c.csv", "5,e\n");
  put(".hidden", "6,f\n");
  put("_tmp/x.csv", "7,g\n");
  const auto source = source_of(table("ROW<id INT, name STRING>"));
  const ReadRows read = read_rows(*source);
  EXPECT_THAT(read.rows, ElementsAre("+I[1, a]", "+I[2, b\nstill b]", "+I[3, c]", "+I[4, d]", "+I[5, e]"));
  EXPECT_THAT(read.ended, ElementsAre(0U));
  EXPECT_THAT(read_rows(*source_of(table("ROW<id INT, name STRING>"), source->position(0))).rows, IsEmpty());
}

TEST_F(FileSourceTest, formats_and_metadata) {
  put("x.json", "{\"a\":1}\n\n{\"a\":2}\n");
  sql::TableDefinition with_metadata =
      table("ROW<a INT>", {{"format", "json"}, {"path", (folder_ / "x.json").string()}});
  add_metadata(with_metadata, "name", "file.name", "STRING");
  add_metadata(with_metadata, "size", "file.size", "BIGINT");
  EXPECT_THAT(read_rows(*source_of(with_metadata)).rows, ElementsAre("+I[1, x.json, 17]", "+I[2, x.json, 17]"));
  put("y.txt", "one\n\ntwo\n");
  EXPECT_THAT(read_rows(*source_of(table("ROW<line STRING>",
                                         {{"format", "raw"}, {"path", "file://" + (folder_ / "y.txt").string()}})))
                  .rows,
              ElementsAre("+I[one]", "+I[]", "+I[two]"));
  EXPECT_THAT(
      read_rows(*source_of(table("ROW<a INT>", {{"format", "json"}, {"source.path.regex-pattern", ".*\\.json"}}))).rows,
      ElementsAre("+I[1]", "+I[2]"));
}

TEST_F(FileSourceTest, large_files_come_in_pieces_and_go_on_anywhere) {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += fmt::format("{},name {}\n", i, i);
  text += "200000," + std::string(3'000'000, 'x') + "\n200001,end\n";
  put("a.csv", text);
  const sql::TableDefinition definition = table("ROW<id INT, name STRING>");
  auto source = source_of(definition);
  std::vector<std::string> positions = {source->position(0)};
  std::size_t rows = 0;
  const auto decoder = source->make_decoder(0);
  std::vector<std::size_t> rows_at = {0};
  while (true) {
    const auto poll = source->poll(1000);
    ASSERT_TRUE(poll);
    rows += (*decoder)->decode(poll->pieces)->rows.rows;
    positions.push_back(source->position(0));
    rows_at.push_back(rows);
    if (poll->at_end) break;
  }
  EXPECT_EQ(rows, 200'002U);
  EXPECT_GT(positions.size(), 4U);
  for (std::size_t i = 0; i < positions.size(); ++i)
    EXPECT_EQ(read_rows(*source_of(definition, positions[i])).rows.size(), rows - rows_at[i]) << positions[i];
}

TEST_F(FileSourceTest, what_cannot_be_read_says_where_it_stood) {
  put("a.csv", "1,a\nx,b\n3,c\n");
  const auto source = source_of(table("ROW<id INT, name STRING>"));
  const ReadRows read = read_rows(*source);
  EXPECT_THAT(read.rows, ElementsAre("+I[1, a]", "+I[3, c]"));
  ASSERT_EQ(read.rejected.size(), 1U);
  EXPECT_THAT(read.rejected[0].reason, HasSubstr("a.csv, byte 4: field 1 (id): expected INT, found \"x\""));
  log::WriteBatch batch;
  ASSERT_TRUE(source->commit_into(read.rejected, batch));
  ASSERT_TRUE(commit(std::move(batch)));
  EXPECT_THAT(read_all(partition("t.dlq")), ElementsAre("x,b"));
}

TEST_F(FileSourceTest, watches_for_new_files) {
  put("b.csv", "1\n");
  const sql::TableDefinition definition = table("ROW<id INT>", {{"source.monitor-interval", "10 s"}});
  const auto source = source_of(definition);
  ReadRows read = read_rows(*source);
  EXPECT_THAT(read.rows, ElementsAre("+I[1]"));
  EXPECT_THAT(read.ended, IsEmpty());
  put("a.csv", "2\n");
  EXPECT_THAT(read_rows(*source).rows, IsEmpty());
  EXPECT_EQ(source->poll(1000)->again_after_us, 10'000'000);
  clock_.advance_ms(10'000);
  EXPECT_THAT(read_rows(*source).rows, ElementsAre("+I[2]"));
  const auto again = source_of(definition, source->position(0));
  EXPECT_THAT(read_rows(*again).rows, IsEmpty());
  put("0.csv", "3\n");
  clock_.advance_ms(10'000);
  EXPECT_THAT(read_rows(*again).rows, ElementsAre("+I[3]"));
}

TEST_F(FileSourceTest, complaints_are_flinks) {
  const auto problem = [this](Map more) {
    const Status done = check_filesystem(table("ROW<id INT>", std::move(more)));
    return done ? "none" : done.error().to_text();
  };
  EXPECT_THAT(problem({{"foo", "1"}}), HasSubstr("Unsupported options found for 'filesystem'"));
  EXPECT_EQ(problem({{"sink.rolling-policy.file-size", "1MB"}}), "none");
  EXPECT_THAT(problem({{"source.monitor-interval", "often"}}), HasSubstr("Expected a duration"));
  const auto missing = open_file_source({test_scan(table("ROW<id INT>", {{"path", "/no/such"}})), {}}, environment_);
  EXPECT_EQ(missing.error().message(), "table t: there is no file or directory /no/such");
}

}  // namespace
}  // namespace azud::connect
