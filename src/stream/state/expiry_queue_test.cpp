#include "stream/state/expiry_queue.h"

#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace azud::stream {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Keys that expire 100 ms after their last row.
class ExpiryQueueTest : public ::testing::Test {
 protected:
  struct Thing {
    KeyAge age;
  };
  using Things = std::map<std::string, Thing>;

  void touch(const std::string& key, TimestampMs wall_ms) { queue_.touch(things_[key].age, key, wall_ms); }
  std::vector<std::string> dropped_at(TimestampMs wall_ms) {
    std::vector<std::string> dropped;
    queue_.drop_due(wall_ms, things_, [&](Things::iterator thing) {
      dropped.push_back(thing->first);
      things_.erase(thing);
    });
    return dropped;
  }

  ExpiryQueue<std::string> queue_{100};
  Things things_;
};

TEST_F(ExpiryQueueTest, a_key_goes_when_its_time_is_over) {
  EXPECT_EQ(queue_.next_time(), timestamp_max);
  touch("a", 1000);
  EXPECT_EQ(queue_.next_time(), 1100);
  EXPECT_THAT(dropped_at(1099), IsEmpty());
  EXPECT_FALSE(queue_.has_expired(things_["a"].age, 1099));
  EXPECT_TRUE(queue_.has_expired(things_["a"].age, 1100));
  EXPECT_THAT(dropped_at(1100), ElementsAre("a"));
  EXPECT_EQ(queue_.next_time(), timestamp_max);
}

TEST_F(ExpiryQueueTest, rows_prolong_it) {
  touch("a", 1000);
  touch("b", 1010);
  touch("a", 1050);
  EXPECT_THAT(dropped_at(1110), ElementsAre("b"));
  EXPECT_EQ(queue_.next_time(), 1150);
  EXPECT_THAT(dropped_at(1150), ElementsAre("a"));
}

TEST_F(ExpiryQueueTest, a_key_that_went_and_came_anew_has_all_its_time) {
  touch("a", 1000);
  things_.erase("a");
  touch("a", 1090);
  EXPECT_THAT(dropped_at(1110), IsEmpty());
  EXPECT_THAT(dropped_at(1190), ElementsAre("a"));
}

TEST_F(ExpiryQueueTest, restored_keys_keep_their_age_and_those_without_one_begin_now) {
  things_["late"].age.touched = 1080;
  things_["early"].age.touched = 1020;
  things_["unknown"];
  for (auto& [key, thing] : things_) queue_.restore(thing.age, key);
  queue_.sort();
  EXPECT_THAT(dropped_at(1130), ElementsAre("early"));
  EXPECT_THAT(dropped_at(1180), ElementsAre("late"));
  EXPECT_THAT(dropped_at(1229), IsEmpty());
  EXPECT_THAT(dropped_at(1230), ElementsAre("unknown"));
}

TEST(ExpiryQueue, without_a_time_to_live_nothing_expires) {
  ExpiryQueue<std::string> queue(0);
  KeyAge age;
  queue.touch(age, "a", 1000);
  queue.restore(age, "a");
  EXPECT_EQ(queue.next_time(), timestamp_max);
  EXPECT_FALSE(queue.has_expired(age, timestamp_max - 1));
}

}  // namespace
}  // namespace azud::stream
