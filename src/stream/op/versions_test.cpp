#include "stream/op/versions.h"

#include <string>

#include <gtest/gtest.h>

#include "stream/state/state_codec.h"

namespace azud::stream {
namespace {

constexpr char tag = 'v';

/// A table of versions beside what its commits have written, as a job's state holds it.
class Committed {
 public:
  Versions live;

  void commit() {
    StateWriter writer(entries_);
    live.write_changes(writer, tag);
  }
  void checkpoint() {
    entries_.clear();
    StateWriter writer(entries_);
    live.write_all(writer, tag);
  }
  /// What a restart makes of all that was written.
  Versions restored(TimestampMs watermark) const {
    Versions versions;
    StateReader reader(entries_);
    for (;;) {
      const auto entry = reader.next();
      EXPECT_TRUE(entry.has_value());
      if (!entry.has_value() || !entry->has_value()) break;
      EXPECT_TRUE((*entry)->payload.starts_with(tag));
      EXPECT_TRUE(versions.read((*entry)->payload.substr(1)).has_value());
    }
    versions.expire(watermark);
    return versions;
  }
  std::size_t written_bytes() const { return entries_.size(); }

 private:
  std::string entries_;
};

TEST(Versions, a_row_is_valid_from_its_time_to_the_next) {
  Versions versions;
  versions.set("k", 20, "b");
  versions.set("k", 10, "a");
  versions.set("k", 30, "");
  EXPECT_EQ(versions.at("k", 9), "");
  EXPECT_EQ(versions.at("k", 10), "a");
  EXPECT_EQ(versions.at("k", 29), "b");
  EXPECT_EQ(versions.at("k", 30), "");
  EXPECT_EQ(versions.at("other", 10), "");
  versions.set("k", 20, "c");
  EXPECT_EQ(versions.at("k", 25), "c") << "the last one of a time counts";
}

TEST(Versions, forgets_what_no_later_time_asks_for) {
  Versions versions;
  versions.set("k", 10, "a");
  versions.set("k", 20, "b");
  versions.expire(25);
  EXPECT_EQ(versions.at("k", 15), "");
  EXPECT_EQ(versions.at("k", 26), "b");
  versions.set("k", 30, "");
  versions.expire(29);
  EXPECT_EQ(versions.size(), 1U);
  versions.expire(30);
  EXPECT_EQ(versions.size(), 0U);
  EXPECT_EQ(versions.state_bytes(), 0U);
}

TEST(Versions, a_restart_has_what_was_committed) {
  Committed table;
  table.live.set("k", 10, "a");
  table.live.set("l", 10, "x");
  table.commit();
  table.live.set("k", 20, "b");
  table.live.set("l", 20, "");
  table.commit();
  const std::size_t once = table.written_bytes();
  table.commit();
  EXPECT_EQ(table.written_bytes(), once) << "a change is written once";
  Versions restored = table.restored(0);
  EXPECT_EQ(restored.at("k", 15), "a");
  EXPECT_EQ(restored.at("k", 20), "b");
  EXPECT_EQ(restored.at("l", 15), "x");
  EXPECT_EQ(restored.at("l", 20), "");
  table.checkpoint();
  EXPECT_EQ(table.restored(0).at("k", 15), "a");
}

TEST(Versions, a_delete_that_expired_before_its_commit_stays_after_a_restart) {
  Committed table;
  table.live.set("k", 10, "a");
  table.commit();
  table.live.set("k", 20, "");
  table.live.expire(25);
  ASSERT_EQ(table.live.size(), 0U);
  table.commit();
  Versions restored = table.restored(25);
  EXPECT_EQ(restored.at("k", 26), "");
  EXPECT_EQ(restored.size(), 0U);
  EXPECT_EQ(restored.state_bytes(), 0U);
}

TEST(Versions, a_key_that_comes_back_before_the_commit_does_not_bring_its_old_row) {
  Committed table;
  table.live.set("k", 10, "a");
  table.commit();
  table.live.set("k", 20, "");
  table.live.expire(25);
  table.live.set("k", 40, "b");
  table.commit();
  EXPECT_EQ(table.live.at("k", 30), "");
  Versions restored = table.restored(25);
  EXPECT_EQ(restored.at("k", 30), "");
  EXPECT_EQ(restored.at("k", 40), "b");
}

TEST(Versions, what_was_superseded_before_its_commit_is_not_written) {
  Committed once, often;
  once.live.set("k", 19, "z");
  for (TimestampMs time = 10; time < 20; ++time) often.live.set("k", time, "z");
  often.live.expire(19);
  once.commit();
  often.commit();
  EXPECT_EQ(often.written_bytes(), once.written_bytes());
}

TEST(Versions, remove_newest_takes_back_what_came_last) {
  Versions versions;
  versions.remove_newest("k");
  EXPECT_EQ(versions.size(), 0U);
  versions.set("k", 30, "late");
  versions.set("k", 10, "early");
  versions.remove_newest("k");
  EXPECT_EQ(versions.at("k", 20), "") << "the version of 10 came last";
  EXPECT_EQ(versions.at("k", 30), "late");
  versions.set("k", 40, "next");
  versions.remove_newest("k");
  EXPECT_EQ(versions.at("k", 35), "late");
  EXPECT_EQ(versions.at("k", 40), "");
}

TEST(Versions, which_came_last_outlives_commit_checkpoint_and_expiry) {
  for (const bool whole : {false, true})
    for (const TimestampMs watermark : {0, 35}) {
      Committed table;
      table.live.set("k", 30, "late");
      table.live.set("k", 10, "early");
      table.live.expire(watermark);
      if (whole)
        table.checkpoint();
      else
        table.commit();
      Versions restored = table.restored(watermark);
      restored.remove_newest("k");
      table.live.remove_newest("k");
      EXPECT_EQ(table.live.at("k", 40), "late");
      EXPECT_EQ(restored.at("k", 40), "late") << "checkpoint " << whole << ", watermark " << watermark;
      EXPECT_EQ(restored.at("k", 20), table.live.at("k", 20));
    }
}

TEST(Versions, refuses_a_damaged_entry) {
  for (const ByteView damaged : {ByteView(), ByteView("\x05key"), ByteView("\x03key"), ByteView("\x03key\x80")}) {
    Versions versions;
    EXPECT_FALSE(versions.read(damaged).has_value());
    EXPECT_EQ(versions.size(), 0U);
  }
}

}  // namespace
}  // namespace azud::stream
