#include "gateway/kept_jobs.h"

#include <gtest/gtest.h>

#include "log/log_fixture.h"

namespace azud::gateway {
namespace {

class KeptJobsTest : public log::LogFixture {
 protected:
  void SetUp() override { open(); }
  std::vector<std::string> names() const {
    std::vector<std::string> names;
    for (const KeptJobs::Entry& entry : KeptJobs(*log_).all()) names.push_back(entry.name);
    return names;
  }
};

TEST_F(KeptJobsTest, are_there_after_a_kill_until_they_are_forgotten) {
  ASSERT_TRUE(KeptJobs(*log_).keep({"b", {"SET 'x' = 'y'", "INSERT INTO t SELECT 1"}}));
  ASSERT_TRUE(KeptJobs(*log_).keep({"a", {"INSERT INTO t SELECT 2"}}));
  kill_and_open();
  KeptJobs kept(*log_);
  EXPECT_EQ(names(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(kept.all().back().statements, (std::vector<std::string>{"SET 'x' = 'y'", "INSERT INTO t SELECT 1"}));
  EXPECT_TRUE(kept.has("a"));
  EXPECT_TRUE(kept.forget("a"));
  EXPECT_EQ(kept.forget("c").error().code(), Code::not_found);
  ASSERT_TRUE(kept.keep({"b", {"INSERT INTO t SELECT 3"}}));
  kill_and_open();
  EXPECT_EQ(names(), std::vector<std::string>{"b"});
  EXPECT_EQ(KeptJobs(*log_).all().front().statements, std::vector<std::string>{"INSERT INTO t SELECT 3"});
}

TEST_F(KeptJobsTest, leaves_out_what_cannot_be_read) {
  ASSERT_TRUE(KeptJobs(*log_).keep({"good", {"INSERT"}}));
  log::WriteBatch batch;
  for (const std::string& damaged :
       {std::string(), std::string("\2\1\6INSERT"), std::string("\1\2\6INSERT"), std::string("\1\1\7INSERT"),
        std::string("\1\1\6INSERT!"), std::string("\1\xff\xff\xff\xff\x0f")})
    batch.put("sql_jobs", "bad-" + std::to_string(damaged.size()) + damaged.substr(0, 1), damaged);
  ASSERT_TRUE(commit(std::move(batch)));
  EXPECT_EQ(names(), std::vector<std::string>{"good"});
}

}  // namespace
}  // namespace azud::gateway
