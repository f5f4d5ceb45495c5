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

}  // namespace
}  // namespace azud::app
