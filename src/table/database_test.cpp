#include "table/database.h"

#include <gtest/gtest.h>

namespace azud::table {
namespace {

TEST(Database, keeps_what_was_committed_and_forgets_what_was_rolled_back) {
  const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / "azud-database-test.db";
  for (const char* end : {"", "-wal", "-shm"}) std::filesystem::remove(file.string() + end);
  {
    auto database = Database::open(file);
    ASSERT_TRUE(database) << database.error().message();
    ASSERT_TRUE(database->execute("CREATE TABLE t (a INTEGER, b TEXT)"));
    auto insert = database->prepare("INSERT INTO t VALUES (?, ?)");
    ASSERT_TRUE(insert);
    ASSERT_TRUE(database->begin());
    EXPECT_EQ(insert->run(1, "one"), false);
    EXPECT_EQ(insert->run(2, std::optional<std::string>()), false);
    ASSERT_TRUE(database->commit());
    ASSERT_TRUE(database->begin());
    EXPECT_EQ(insert->run(3, "three"), false);
    database->roll_back();
  }
  auto database = Database::open(file);
  auto select = database->prepare("SELECT a, b FROM t ORDER BY a");
  ASSERT_EQ(select->run(), true);
  EXPECT_EQ(select->integer(0), 1);
  EXPECT_EQ(select->text(1), "one");
  ASSERT_EQ(select->step(), true);
  EXPECT_EQ(select->optional_text(1), std::nullopt);
  EXPECT_EQ(select->step(), false);
  EXPECT_FALSE(database->prepare("SELEC"));
}

}  // namespace
}  // namespace azud::table
