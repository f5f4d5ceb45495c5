#include "sql/session.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sql/plan/physical_io.h"
#include "sql/plan/physical_state.h"
#include "sql/syntax/parser.h"

namespace azud::sql {
namespace {

using ::testing::HasSubstr;

constexpr const char* tables =
    "CREATE TABLE src (id INT, name STRING, v INT, ts TIMESTAMP(3), WATERMARK FOR ts AS ts) WITH ('connector' = "
    "'kafka');"
    "CREATE TABLE out_ (name STRING, n BIGINT, PRIMARY KEY (name) NOT ENFORCED) WITH ('connector' = 'upsert-kafka');"
    "CREATE TABLE other (id INT) WITH ('connector' = 'print');";

Result<Outcome> run(Session& session, const std::string& sql) {
  const auto statements = parse_script(std::make_shared<const Source>("jobs.sql", sql));
  if (!statements) return std::unexpected(statements.error());
  Outcome last;
  for (const ast::Statement& statement : *statements) {
    TRY_ASSIGN(last, session.execute(statement));
  }
  return last;
}

PhysicalPlan plan(Session& session, const std::string& sql) {
  const Result<Outcome> outcome = run(session, sql);
  EXPECT_TRUE(outcome) << outcome.error().to_text();
  return outcome ? std::get<PhysicalPlan>(outcome->result) : PhysicalPlan();
}

std::string id_of(const PhysicalPlan& plan, NodeKind kind) {
  for (const NodePtr& node : plan.in_order())
    if (node->kind == kind) return node->id;
  return "none";
}

class SessionTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(run(session_, tables)); }
  Session session_;
};

TEST_F(SessionTest, names_operators_after_their_structure) {
  const std::string insert = "INSERT INTO out_ SELECT name, COUNT(*) FROM src WHERE v > 1 GROUP BY name";
  const std::string id = id_of(plan(session_, insert), NodeKind::group_aggregate);
  EXPECT_THAT(id, testing::StartsWith("group-"));
  // The same again, and with what does not change it: other statements, names and settings.
  EXPECT_EQ(id_of(plan(session_, insert), NodeKind::group_aggregate), id);
  EXPECT_EQ(id_of(plan(session_,
                       "SET 'table.exec.state.ttl' = '1 d'; INSERT INTO out_ SELECT a, c FROM (SELECT name AS a, "
                       "COUNT(*) AS c FROM src AS x WHERE v > 1 GROUP BY name)"),
                  NodeKind::group_aggregate),
            id);
  // Another computation has another name.
  EXPECT_NE(id_of(plan(session_, "INSERT INTO out_ SELECT name, COUNT(v) FROM src WHERE v > 1 GROUP BY name"),
                  NodeKind::group_aggregate),
            id);
  EXPECT_NE(id_of(plan(session_, "INSERT INTO out_ SELECT name, COUNT(*) FROM src WHERE v > 2 GROUP BY name"),
                  NodeKind::group_aggregate),
            id);
}

TEST_F(SessionTest, gives_twins_different_names) {
  const PhysicalPlan twins = plan(session_,
                                  "EXECUTE STATEMENT SET BEGIN INSERT INTO other SELECT id FROM src; INSERT INTO "
                                  "other SELECT id FROM src; END");
  ASSERT_EQ(twins.sinks.size(), 2U);
  EXPECT_NE(twins.sinks[0]->id, twins.sinks[1]->id);
  EXPECT_EQ(twins.sinks[0]->inputs[0], twins.sinks[1]->inputs[0]);
}

TEST_F(SessionTest, carries_settings_into_the_plan) {
  const PhysicalPlan made = plan(session_,
                                 "SET 'table.local-time-zone' = 'Europe/Madrid'; SET 'table.exec.state.ttl' = '2 h'; "
                                 "INSERT INTO out_ SELECT name, COUNT(*) FROM src GROUP BY name");
  EXPECT_EQ(made.time_zone, "Europe/Madrid");
  EXPECT_EQ(made.settings.at("table.exec.state.ttl"), "2 h");
  for (const NodePtr& node : made.in_order())
    if (node->kind == NodeKind::group_aggregate) {
      EXPECT_EQ(node->as<GroupAggregateNode>().state_ttl_ms, 7'200'000);
    }
}

TEST_F(SessionTest, orders_inputs_before_their_readers) {
  const PhysicalPlan made = plan(session_, "INSERT INTO out_ SELECT name, COUNT(*) FROM src GROUP BY name");
  const std::vector<NodePtr> order = made.in_order();
  for (std::size_t i = 0; i < order.size(); ++i)
    for (const NodePtr& input : order[i]->inputs)
      EXPECT_LT(std::ranges::find(order, input) - order.begin(), static_cast<std::ptrdiff_t>(i));
  EXPECT_EQ(order.front()->kind, NodeKind::scan);
  EXPECT_EQ(order.back()->kind, NodeKind::sink);
}

TEST_F(SessionTest, says_the_file_and_changes_nothing_on_an_error) {
  const Result<Outcome> wrong = run(session_, "CREATE VIEW v AS\n SELECT nothing FROM src");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message(), HasSubstr("jobs.sql:2:9: there is no column nothing here"));
  EXPECT_EQ(session_.catalogue().find_view("v"), nullptr);
  EXPECT_FALSE(run(session_, "SET 'table.exec.state.ttl' = 'soon'"));
  EXPECT_TRUE(session_.settings().values().empty());
}

TEST_F(SessionTest, shows_where_a_view_went_wrong_that_a_later_statement_uses) {
  ASSERT_TRUE(run(session_, "CREATE VIEW v AS\n\n SELECT name FROM src; CREATE VIEW w AS SELECT * FROM v;"));
  ASSERT_TRUE(run(session_, "DROP TABLE src; CREATE TABLE src (id INT) WITH ('connector' = 'kafka')"));
  const Result<Outcome> wrong = run(session_, "SELECT * FROM w");
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().message(), HasSubstr("view w: view v: jobs.sql:3:9: there is no column name here"));
}

TEST_F(SessionTest, refuses_a_view_that_uses_itself) {
  ASSERT_TRUE(run(session_, "CREATE VIEW v AS SELECT id FROM src; CREATE VIEW w AS SELECT id FROM v; DROP VIEW v"));
  const Result<Outcome> made = run(session_, "CREATE VIEW v AS SELECT id FROM w");
  ASSERT_FALSE(made);
  EXPECT_THAT(made.error().message(), HasSubstr("there is no table or view v"));
}

TEST_F(SessionTest, reports_a_setting_it_does_not_act_on_once) {
  EXPECT_EQ(run(session_, "SET 'x.y' = '1'")->notices.size(), 1U);
  EXPECT_EQ(run(session_, "SET 'x.y' = '2'")->notices.size(), 0U);
}

TEST(Settings, reads_durations_as_flink_writes_them) {
  EXPECT_EQ(parse_duration_ms("200"), 200);
  EXPECT_EQ(parse_duration_ms("200 ms"), 200);
  EXPECT_EQ(parse_duration_ms("1s"), 1000);
  EXPECT_EQ(parse_duration_ms("5 min"), 300'000);
  EXPECT_EQ(parse_duration_ms("2 h"), 7'200'000);
  EXPECT_EQ(parse_duration_ms("1 day"), 86'400'000);
  EXPECT_FALSE(parse_duration_ms("-1 s"));
  EXPECT_FALSE(parse_duration_ms("1 fortnight"));
  EXPECT_FALSE(parse_duration_ms(""));
}

}  // namespace
}  // namespace azud::sql
