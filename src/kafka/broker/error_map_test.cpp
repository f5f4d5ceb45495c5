#include "kafka/broker/error_map.h"

#include <array>

#include <gtest/gtest.h>

namespace azud::kafka {
namespace {

struct Expected {
  Code code;
  Doing doing;
  ErrorCode kafka;
};

constexpr std::array expectations{
    Expected{Code::invalid, Doing::append, ErrorCode::invalid_record},
    Expected{Code::not_found, Doing::append, ErrorCode::unknown_topic_or_partition},
    Expected{Code::unavailable, Doing::append, ErrorCode::not_leader_or_follower},
    Expected{Code::storage_full, Doing::append, ErrorCode::kafka_storage_error},
    Expected{Code::io, Doing::append, ErrorCode::kafka_storage_error},
    Expected{Code::corrupt, Doing::append, ErrorCode::corrupt_message},
    Expected{Code::cancelled, Doing::append, ErrorCode::not_leader_or_follower},
    Expected{Code::not_found, Doing::read, ErrorCode::offset_out_of_range},
    Expected{Code::io, Doing::read, ErrorCode::kafka_storage_error},
    Expected{Code::already_exists, Doing::create_topic, ErrorCode::topic_already_exists},
    Expected{Code::invalid, Doing::create_topic, ErrorCode::invalid_request},
    Expected{Code::storage_full, Doing::create_topic, ErrorCode::kafka_storage_error},
    Expected{Code::invalid, Doing::change_topic, ErrorCode::invalid_partitions},
    Expected{Code::not_found, Doing::change_topic, ErrorCode::unknown_topic_or_partition},
    Expected{Code::invalid, Doing::trim, ErrorCode::offset_out_of_range},
    Expected{Code::invalid, Doing::configure, ErrorCode::invalid_config},
    Expected{Code::storage_full, Doing::commit, ErrorCode::coordinator_not_available},
    Expected{Code::cancelled, Doing::commit, ErrorCode::coordinator_not_available},
    Expected{Code::internal, Doing::append, ErrorCode::unknown_server_error},
    Expected{Code::internal, Doing::commit, ErrorCode::unknown_server_error},
};

TEST(ErrorMap, gives_kafkas_codes) {
  for (const Expected& expected : expectations) {
    EXPECT_EQ(to_error_code(Error(expected.code, "x"), expected.doing), expected.kafka)
        << to_string(expected.code) << " while " << static_cast<int>(expected.doing);
  }
}

TEST(ErrorMap, what_passes_by_itself_is_retried_by_clients) {
  for (const Code code : {Code::unavailable, Code::storage_full, Code::io, Code::cancelled}) {
    for (const Doing doing : {Doing::append, Doing::read, Doing::create_topic, Doing::change_topic, Doing::trim,
                              Doing::configure, Doing::commit}) {
      EXPECT_TRUE(is_retriable(to_error_code(Error(code, "x"), doing)))
          << to_string(code) << " while " << static_cast<int>(doing);
    }
  }
}

TEST(ErrorMap, messages_carry_the_hint) {
  EXPECT_EQ(to_error_message(Error(Code::invalid, "bad", "do better")), "bad: do better");
  EXPECT_EQ(to_error_message(Error(Code::invalid, "bad")), "bad");
}

}  // namespace
}  // namespace azud::kafka
