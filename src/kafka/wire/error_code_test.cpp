#include "kafka/wire/error_code.h"

#include <gtest/gtest.h>

namespace azud::kafka {
namespace {

TEST(ErrorCode, has_kafkas_names_and_says_what_may_be_repeated) {
  EXPECT_EQ(to_string(ErrorCode::unknown_server_error), "UNKNOWN_SERVER_ERROR");
  EXPECT_EQ(to_string(ErrorCode::none), "NONE");
  EXPECT_EQ(to_string(ErrorCode::transaction_abortable), "TRANSACTION_ABORTABLE");
  EXPECT_EQ(to_string(static_cast<ErrorCode>(-2)), "UNKNOWN_ERROR");
  EXPECT_EQ(to_string(static_cast<ErrorCode>(3000)), "UNKNOWN_ERROR");
  EXPECT_TRUE(is_retriable(ErrorCode::kafka_storage_error));
  EXPECT_FALSE(is_retriable(ErrorCode::message_too_large));
  EXPECT_FALSE(is_retriable(static_cast<ErrorCode>(3000)));
}

}  // namespace
}  // namespace azud::kafka
