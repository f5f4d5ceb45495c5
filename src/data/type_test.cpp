#include "data/type.h"

#include <gtest/gtest.h>

namespace azud::data {
namespace {

TEST(type, reads_like_ddl) {
  EXPECT_EQ(DataType::string().to_sql(), "STRING");
  EXPECT_EQ(DataType::decimal(10, 2).not_null().to_sql(), "DECIMAL(10, 2) NOT NULL");
  const DataType row = DataType::row({{"a", DataType::integer()}, {"b`c", DataType::array(DataType::bytes())}});
  EXPECT_EQ(row.to_sql(), "ROW<`a` INT, `b``c` ARRAY<BYTES>>");
  EXPECT_EQ(DataType::map(DataType::string(), DataType::timestamp_ltz(3)).to_sql(), "MAP<STRING, TIMESTAMP_LTZ(3)>");
}

TEST(type, equality_minds_nullability_only_when_asked) {
  const DataType a = DataType::array(DataType::integer()), b = DataType::array(DataType::integer().not_null());
  EXPECT_FALSE(a == b);
  EXPECT_TRUE(a.same_kind_as(b));
  EXPECT_FALSE(a.same_kind_as(DataType::array(DataType::bigint())));
  EXPECT_FALSE(DataType::varchar(3).same_kind_as(DataType::varchar(4)));
}

}  // namespace
}  // namespace azud::data
