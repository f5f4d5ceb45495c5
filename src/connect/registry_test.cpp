#include "connect/registry.h"

#include <gmock/gmock.h>

#include "connect/test_tables.h"
#include "log/log_fixture.h"

namespace azud::connect {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class RegistryTest : public log::LogFixture {
 protected:
  void SetUp() override {
    open();
    environment_ = Environment::of(*log_, files_, clock_, [](std::string_view) { return true; });
    environment_.print = [this](std::string_view lines, bool to_stderr) { (to_stderr ? stderr_ : stdout_) += lines; };
  }
  static void write(stream::SinkWriter& writer, const data::Batch& rows) {
    ASSERT_TRUE(writer.write(rows));
    ASSERT_TRUE(writer.flush());
    log::WriteBatch batch;
    ASSERT_TRUE(writer.commit_into(batch));
    EXPECT_TRUE(batch.empty());
  }

  Environment environment_;
  std::string stdout_, stderr_;
};

TEST_F(RegistryTest, tables_of_the_log_share_one_source) {
  ASSERT_TRUE(create("t", 1));
  const auto kafka = test_scan(test_table("ROW<a INT>", {{"connector", "kafka"},
                                                         {"topic", "t"},
                                                         {"format", "csv"},
                                                         {"properties.bootstrap.servers", "azud"},
                                                         {"scan.startup.mode", "earliest-offset"}}));
  const auto numbers = test_scan(test_table("ROW<a INT>", {{"connector", "datagen"}}));
  const std::vector<stream::Connectors::ScanRequest> scans = {{kafka, {}}, {numbers, {}}, {kafka, {}}};
  Registry registry(environment_);
  const auto opened = registry.open_sources(scans);
  ASSERT_TRUE(opened) << opened.error().to_text();
  ASSERT_EQ(opened->size(), 2U);
  EXPECT_THAT((*opened)[0].scans, ElementsAre(1U));
  EXPECT_THAT((*opened)[1].scans, ElementsAre(0U, 2U));
  EXPECT_EQ((*opened)[1].source->splits().size(), 2U);
}

TEST_F(RegistryTest, print_writes_when_the_commit_is_durable) {
  Registry registry(environment_);
  auto sink = registry.open_sink(test_sink(test_table("ROW<a INT, b STRING>", {{"connector", "print"}})));
  ASSERT_TRUE(sink);
  const auto writer = *(*sink)->open_writer(0, 1);
  write(*writer, test_batch("ROW<a INT, b STRING>", {{1, "x"}, {2, data::Value()}},
                            {data::RowKind::insert, data::RowKind::update_after}));
  EXPECT_EQ(stdout_, "");
  ASSERT_TRUE(writer->committed());
  EXPECT_EQ(stdout_, "+I[1, x]\n+U[2, null]\n");
}

TEST_F(RegistryTest, print_names_itself) {
  Registry registry(environment_);
  auto sink = registry.open_sink(test_sink(
      test_table("ROW<a INT>", {{"connector", "print"}, {"print-identifier", "out"}, {"standard-error", "true"}})));
  for (const std::size_t parallelism : {1U, 2U}) {
    const auto writer = *(*sink)->open_writer(0, parallelism);
    write(*writer, test_batch("ROW<a INT>", {{1}}));
    ASSERT_TRUE(writer->committed());
  }
  EXPECT_EQ(stderr_, "out> +I[1]\nout:1> +I[1]\n");
}

class Rows final : public RowCollector {
 public:
  Status take(data::Batch rows) override {
    count += rows.rows;
    return {};
  }
  std::size_t count = 0;
};

TEST_F(RegistryTest, a_select_goes_to_whoever_asked) {
  auto node = std::make_shared<sql::SinkNode>();
  node->collect = true;
  EXPECT_FALSE(Registry(environment_).open_sink(node));
  const auto rows = std::make_shared<Rows>();
  Registry registry(environment_, rows);
  auto sink = registry.open_sink(node);
  ASSERT_TRUE(sink);
  const auto writer = *(*sink)->open_writer(0, 1);
  write(*writer, test_batch("ROW<a INT>", {{1}, {2}}));
  EXPECT_EQ(rows->count, 0U);
  ASSERT_TRUE(writer->committed());
  EXPECT_EQ(rows->count, 2U);
}

TEST_F(RegistryTest, blackhole_swallows) {
  Registry registry(environment_);
  auto sink = registry.open_sink(test_sink(test_table("ROW<a INT>", {{"connector", "blackhole"}})));
  ASSERT_TRUE(sink);
  write(**(*sink)->open_writer(0, 1), test_batch("ROW<a INT>", {{1}}));
}

}  // namespace
}  // namespace azud::connect
