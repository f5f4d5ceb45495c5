#include "app/server/catalogue_offsets.h"

#include <gtest/gtest.h>

#include "log/log_fixture.h"

namespace azud::app {
namespace {

class CatalogueOffsetsTest : public log::LogFixture {
 protected:
  void SetUp() override {
    open();
    ASSERT_TRUE(create("t", 2));
  }
};

TEST_F(CatalogueOffsetsTest, what_is_stored_is_what_the_broker_has) {
  CatalogueOffsets offsets(*log_, clock_);
  const auto topic = log_->find_topic("t");
  EXPECT_FALSE(offsets.find("g", *topic, 0));
  const auto stored = await<Status>([&](auto done) { offsets.store("g", topic, {{1, 42, "m"}}, std::move(done)); });
  ASSERT_TRUE(stored);
  EXPECT_FALSE(offsets.find("g", *topic, 0));
  EXPECT_EQ(offsets.find("g", *topic, 1)->offset, 42);
  EXPECT_EQ(offsets.find("g", *topic, 1)->metadata, "m");
  EXPECT_EQ(kafka::OffsetStore(*log_).find("g", *topic, 1)->offset, 42);
  reopen();
  EXPECT_EQ(CatalogueOffsets(*log_, clock_).find("g", *log_->find_topic("t"), 1)->offset, 42);
}

TEST_F(CatalogueOffsetsTest, a_job_stores_them_with_its_commit) {
  const CatalogueOffsets offsets(*log_, clock_);
  EXPECT_FALSE(offsets.committed("g", "t", log::PartitionId(1)));
  EXPECT_FALSE(offsets.committed("g", "none", log::PartitionId(0)));
  log::WriteBatch batch;
  offsets.put(batch, "g", "t", log::PartitionId(1), log::Offset(7));
  offsets.put(batch, "g", "none", log::PartitionId(0), log::Offset(7));
  const auto done =
      await<Result<std::vector<log::Appended>>>([&](auto then) { log_->commit(std::move(batch), std::move(then)); });
  ASSERT_TRUE(done);
  EXPECT_EQ(offsets.committed("g", "t", log::PartitionId(1)), log::Offset(7));
  EXPECT_EQ(kafka::OffsetStore(*log_).find("g", *log_->find_topic("t"), 1)->offset, 7);
}

}  // namespace
}  // namespace azud::app
