#include "alarm/alarm_store.h"

#include <atomic>
#include <set>
#include <thread>

#include <gtest/gtest.h>

namespace azud::alarm {
namespace {

class AlarmStoreTest : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file_.string() + end);
    store_ = *AlarmStore::open(file_);
  }
  static Transition transition(std::string id, bool raise, std::string originator, TimestampMs at) {
    return {.id = std::move(id),
            .raise = raise,
            .originator = std::move(originator),
            .type = "smoke",
            .at = at,
            .zone = "N",
            .label = std::nullopt,
            .details_json = "{}"};
  }
  std::filesystem::path file_ = std::filesystem::path(testing::TempDir()) / "azud-alarm-store-test.db";
  std::unique_ptr<AlarmStore> store_;
};

TEST_F(AlarmStoreTest, at_most_one_is_active_for_an_originator_and_type) {
  ASSERT_TRUE(store_->apply({transition("a", true, "7", 10), transition("b", true, "7", 20)}, {{"T-0", 2}}));
  const auto page = store_->find({.active = true}, 10, "");
  ASSERT_EQ(page->alarms.size(), 1U);
  EXPECT_EQ(page->alarms[0].id, "a");
  EXPECT_EQ(page->alarms[0].last_at, 20);
  ASSERT_TRUE(store_->apply({transition("c", false, "7", 30), transition("d", true, "7", 40)}, {{"T-0", 4}}));
  EXPECT_EQ(store_->get("a")->value().cleared_at, 30);
  EXPECT_EQ(store_->find({.active = true}, 10, "")->alarms[0].id, "d");
  EXPECT_EQ(store_->events("a")->size(), 3U);
}

TEST_F(AlarmStoreTest, keeps_everything_and_its_positions) {
  ASSERT_TRUE(store_->apply({transition("a", true, "7", 10)}, {{"T-0", 1}}));
  ASSERT_TRUE(store_->acknowledge("a", "eva", "seen", 15));
  ASSERT_TRUE(store_->acknowledge("a", "noa", "later", 16));
  store_.reset();
  store_ = *AlarmStore::open(file_);
  EXPECT_EQ(store_->positions(), (Positions{{"T-0", 1}}));
  EXPECT_EQ(store_->get("a")->value().acknowledged_by, "eva") << "the first acknowledgement stays";
  EXPECT_EQ(store_->acknowledge("x", "", "", 1).error().code(), Code::not_found);
}

TEST_F(AlarmStoreTest, counts_pages_and_tells_what_changed) {
  std::vector<Transition> raises;
  for (int i = 0; i < 5; ++i)
    raises.push_back(transition("r" + std::to_string(i), true, std::to_string(i), i * 60'000));
  ASSERT_TRUE(store_->apply(raises, {}));
  const uint64_t before = store_->version();
  ASSERT_TRUE(store_->apply({transition("c", false, "2", 200'000)}, {}));
  const auto changed = store_->changed_since(before);
  ASSERT_EQ(changed->value().size(), 1U);
  EXPECT_EQ(changed->value()[0].originator, "2");
  const auto counts = store_->counts(Grouping::type);
  ASSERT_EQ(counts->size(), 2U);
  EXPECT_EQ(counts->front().raised, 5U);
  EXPECT_EQ(counts->front().cleared, 1U);
  EXPECT_EQ(counts->back().name, "");
  EXPECT_EQ(counts->back().active, 4U);
  const auto first = store_->find({}, 3, "");
  ASSERT_EQ(first->alarms.size(), 3U);
  EXPECT_EQ(first->total, 5U);
  EXPECT_EQ(store_->find({}, 3, first->next)->alarms.back().id, "r0");
  const auto histogram = store_->histogram(0, 300'000, 60'000, {});
  ASSERT_EQ(histogram->size(), 1U);
  EXPECT_EQ(histogram->front().raised, (std::vector<uint32_t>{1, 1, 1, 1, 1}));
  EXPECT_EQ(histogram->front().cleared, (std::vector<uint32_t>{0, 0, 0, 1, 0}));
}

TEST_F(AlarmStoreTest, counts_follow_every_change_and_are_made_for_a_file_without_them) {
  Transition worse = transition("c", true, "2", 30);
  worse.severity = Severity::critical;
  Transition elsewhere = transition("e", true, "9", 50);
  elsewhere.zone = std::nullopt;
  ASSERT_TRUE(store_->apply({transition("a", true, "1", 10), transition("b", true, "2", 20), worse,
                             transition("d", true, "3", 40), elsewhere},
                            {}));
  ASSERT_TRUE(store_->acknowledge("a", "", "", 60));
  ASSERT_TRUE(store_->acknowledge("b", "", "", 61));
  ASSERT_TRUE(store_->apply({transition("f", false, "1", 70), transition("g", false, "3", 71)}, {}));
  ASSERT_TRUE(store_->acknowledge("d", "", "", 72)) << "after it was cleared";
  const auto check = [&] {
    const auto severities = store_->counts(Grouping::severity);
    ASSERT_EQ(severities->size(), 3U);
    EXPECT_EQ(severities->at(0).name, "CRITICAL");
    EXPECT_EQ(severities->at(0).active, 1U);
    EXPECT_EQ(severities->at(0).unacknowledged, 0U);
    EXPECT_EQ(severities->at(1).raised, 3U);
    EXPECT_EQ(severities->at(1).cleared, 2U);
    EXPECT_EQ(severities->at(1).unacknowledged, 1U);
    const AlarmCount all = store_->counts(Grouping::zone)->back();
    EXPECT_EQ(all.raised, 4U);
    EXPECT_EQ(all.active, 2U);
    EXPECT_EQ(all.unacknowledged, 1U);
    EXPECT_EQ(store_->find({}, 1, "")->total, 4U);
    EXPECT_EQ(store_->find({.active = true}, 1, "")->total, 2U);
    EXPECT_EQ(store_->find({.active = false, .zones = {"N"}}, 1, "")->total, 2U);
    EXPECT_EQ(store_->find({.active = true, .acknowledged = true}, 1, "")->total, 1U);
  };
  check();
  store_.reset();
  ASSERT_TRUE(table::Database::open(file_)->execute("DROP TABLE tally"));
  store_ = *AlarmStore::open(file_);
  check();
}

TEST_F(AlarmStoreTest, whoever_asks_for_changes_while_they_are_made_misses_none) {
  constexpr int batches = 300, batch = 10;
  std::set<std::string> seen;
  uint64_t taken = store_->version();
  std::atomic<bool> written = false;
  std::thread writer([&] {
    for (int b = 0; b < batches; ++b) {
      std::vector<Transition> raises;
      for (int i = 0; i < batch; ++i) {
        const std::string name = std::to_string(b * batch + i);
        raises.push_back(transition("r" + name, true, name, b));
      }
      if (!store_->apply(raises, {})) break;
    }
    written = true;
  });
  for (bool last = false; !last;) {
    last = written;
    const uint64_t version = store_->version();
    const auto changed = store_->changed_since(taken);
    for (const Alarm& alarm : changed->value()) seen.insert(alarm.id);
    taken = version;
  }
  writer.join();
  EXPECT_EQ(seen.size(), static_cast<std::size_t>(batches * batch));
}

}  // namespace
}  // namespace azud::alarm
