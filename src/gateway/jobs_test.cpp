#include "gateway/jobs.h"

#include <gtest/gtest.h>

#include "gateway/session.h"
#include "log/log_fixture.h"

namespace azud::gateway {
namespace {

constexpr const char* tables[] = {
    "CREATE TABLE a (id INT) WITH ('connector' = 'kafka', 'topic' = 'A', 'format' = 'json', "
    "'properties.bootstrap.servers' = 'azud', 'scan.startup.mode' = 'earliest-offset')",
    "CREATE TABLE b (id INT) WITH ('connector' = 'kafka', 'topic' = 'B', 'format' = 'json', "
    "'properties.bootstrap.servers' = 'azud')"};

/// A log with topics A and B, and the jobs of one run of azud over it.
class JobsTest : public log::LogFixture {
 protected:
  void SetUp() override {
    open();
    ASSERT_TRUE(create("A"));
    ASSERT_TRUE(create("B"));
    start_azud();
  }
  void start_azud() {
    auto environment = connect::Environment::of(*log_, files_, clock_, [](std::string_view) { return true; });
    jobs_ = std::make_unique<Jobs>(std::move(environment), *log_, clock_, stream::JobOptions{});
    start_kept_jobs(*jobs_);
  }
  void restart_azud() {
    jobs_.reset();
    kill_and_open();
    start_azud();
  }
  /// The name of the job that the last statement started.
  std::string job_of(const std::vector<std::string>& statements) {
    Session session(*jobs_);
    for (const char* table : tables) EXPECT_TRUE(session.execute_kept(table));
    std::string name;
    for (const std::string& statement : statements) {
      const auto executed = session.execute_kept(statement);
      EXPECT_TRUE(executed) << executed.error().to_text();
      if (!executed) return {};
      if (const auto* job = std::get_if<std::shared_ptr<stream::Job>>(&executed->result)) name = (*job)->name();
    }
    return name;
  }
  std::vector<std::string> running() const {
    std::vector<std::string> names;
    for (const auto& job : jobs_->all()) names.push_back(job->name());
    return names;
  }

  std::unique_ptr<Jobs> jobs_;
};

using Names = std::vector<std::string>;

TEST_F(JobsTest, a_clients_job_starts_again_until_it_is_stopped) {
  const std::string made_up = job_of({"INSERT INTO b SELECT id FROM a"});
  EXPECT_EQ(made_up, "job-1");
  EXPECT_EQ(job_of({"SET 'pipeline.name' = 'copy'", "INSERT INTO b SELECT id + 1 FROM a"}), "copy");
  restart_azud();
  EXPECT_EQ(running(), (Names{"copy", "job-1"}));
  EXPECT_EQ(job_of({"INSERT INTO b SELECT id FROM a"}), "job-2") << "not the name and so the state of another";
  ASSERT_TRUE(jobs_->stop("copy"));
  ASSERT_TRUE(jobs_->stop("job-1"));
  EXPECT_EQ(jobs_->stop("none").error().code(), Code::not_found);
  restart_azud();
  EXPECT_EQ(running(), Names{"job-2"});
}

TEST_F(JobsTest, a_second_insert_of_a_session_starts_again_under_its_name) {
  job_of({"SET 'pipeline.name' = 'x'", "INSERT INTO b SELECT id FROM a", "INSERT INTO b SELECT -id FROM a"});
  restart_azud();
  EXPECT_EQ(running(), (Names{"x", "x-2"}));
}

TEST_F(JobsTest, a_job_that_has_finished_does_not_start_again) {
  const std::string name = job_of({"INSERT INTO b VALUES (1), (2)"});
  ASSERT_TRUE(jobs_->find(name)->wait());
  // Killed before that was noted, it starts again and writes nothing twice.
  restart_azud();
  EXPECT_EQ(running(), Names{name});
  ASSERT_TRUE(jobs_->find(name)->wait());
  EXPECT_EQ(read_all(partition("B")).size(), 2U);
  jobs_->forget_finished();
  restart_azud();
  EXPECT_EQ(running(), Names{});
  EXPECT_EQ(log_->jobs().names(), Names{}) << "nobody can ask for the state of a name that nobody chose";
}

TEST_F(JobsTest, a_job_that_cannot_start_is_not_kept_and_one_that_no_longer_can_is) {
  Session session(*jobs_);
  for (const char* table : tables) ASSERT_TRUE(session.execute_kept(table));
  ASSERT_TRUE(delete_topic("A"));
  EXPECT_FALSE(session.execute_kept("INSERT INTO b SELECT id FROM a"));
  EXPECT_TRUE(jobs_->kept().empty());
  ASSERT_TRUE(create("A"));
  EXPECT_EQ(job_of({"INSERT INTO b SELECT id FROM a"}).substr(0, 4), "job-");
  jobs_.reset();
  ASSERT_TRUE(delete_topic("A"));
  start_azud();
  EXPECT_EQ(running(), Names{});
  ASSERT_EQ(jobs_->kept().size(), 1U);
  ASSERT_TRUE(jobs_->stop(jobs_->kept().front().name));
  restart_azud();
  EXPECT_TRUE(jobs_->kept().empty());
}

TEST_F(JobsTest, a_job_of_the_configuration_is_not_kept) {
  Session session(*jobs_, "from-a-file");
  for (const char* table : tables) ASSERT_TRUE(session.execute_script("x.sql", std::string(table) + ";"));
  ASSERT_TRUE(session.execute_script("x.sql", "INSERT INTO b SELECT id FROM a;"));
  EXPECT_EQ(running(), Names{"from-a-file"});
  EXPECT_TRUE(jobs_->kept().empty());
}

}  // namespace
}  // namespace azud::gateway
