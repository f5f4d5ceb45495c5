#include "log/catalogue.h"

#include <gtest/gtest.h>

namespace azud::log {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

TEST(Catalogue, puts_gets_erases_and_scans_in_key_order) {
  Catalogue catalogue;
  catalogue.put("t", "b2", "2");
  catalogue.put("t", "b1", "1");
  catalogue.put("t", "a", "0");
  catalogue.put("u", "b3", "3");
  catalogue.put("t", "b1", "one");
  EXPECT_EQ(catalogue.get("t", "b1"), "one");
  EXPECT_EQ(catalogue.get("t", "x"), std::nullopt);
  EXPECT_EQ(catalogue.get("x", "b1"), std::nullopt);
  EXPECT_EQ(catalogue.scan("t", "b"), (Pairs{{"b1", "one"}, {"b2", "2"}}));
  catalogue.erase("t", "b1");
  catalogue.erase("t", "b1");
  catalogue.erase("x", "b1");
  EXPECT_EQ(catalogue.scan("t", ""), (Pairs{{"a", "0"}, {"b2", "2"}}));
}

TEST(Catalogue, shows_every_pair_once_however_many_there_are) {
  for (const int tables : {1, 2, 1000, 2500}) {
    Catalogue catalogue;
    std::map<std::string, int> expected;
    for (int i = 0; i < 5000; ++i) {
      const std::string table = std::to_string(i % tables), key = std::to_string(i);
      catalogue.put(table, key, "v");
      expected[table + "/" + key] = 1;
    }
    std::map<std::string, int> shown;
    catalogue.visit_all([&](std::string_view table, std::string_view key, std::string_view) {
      ++shown[std::string(table) + "/" + std::string(key)];
    });
    EXPECT_EQ(shown, expected);
  }
}

}  // namespace
}  // namespace azud::log
