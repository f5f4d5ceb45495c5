#include "kafka/broker/handlers.h"

#include <fstream>
#include <sstream>

#include <fmt/format.h>

#include "kafka/broker/api/api_versions.h"
#include "kafka/broker/testing/broker_fixture.h"
#include "kafka/wire/message/all_requests.h"
#include "kafka/wire/testing/hex.h"

namespace azud::kafka {
namespace {

using Handlers = BrokerFixture;

TEST_F(Handlers, the_whole_answer_of_api_versions_is_the_golden_one) {
  std::string offered;
  for (const auto& api : api_versions().api_keys) {
    offered += fmt::format("{} {} {}-{}\n", api.api_key, to_string(static_cast<ApiKey>(api.api_key)), api.min_version,
                           api.max_version);
  }
  std::ifstream in(AZUD_SOURCE_DIR "/src/kafka/broker/testing/api_versions.txt");
  std::stringstream golden;
  golden << in.rdbuf();
  EXPECT_EQ(offered, golden.str()) << "a change of what is offered is a decision: change the golden file with it";
}

TEST_F(Handlers, every_version_offered_is_told_and_answered) {
  for (const int16_t version : {0, 1, 2}) {
    const auto response = call(version, ApiVersionsRequest{});
    EXPECT_EQ(response.error_code, ErrorCode::none);
    EXPECT_EQ(response.api_keys.size(), handler_table().size());
  }
  for (const int16_t version : {3, 4}) {
    const auto response =
        call(version, ApiVersionsRequest{.client_software_name = "a-b.c", .client_software_version = "1.0"});
    EXPECT_EQ(response.error_code, ErrorCode::none);
    EXPECT_EQ(response.api_keys.size(), handler_table().size());
  }
}

TEST_F(Handlers, a_newer_api_versions_request_is_answered_in_version_0_with_all_keys) {
  // Version 99, correlation id 7, client id "new", and a body nobody knows.
  const uint64_t sequence =
      client().send_frame(from_hex("0012006300000007"
                                   "0003"
                                   "6e6577"
                                   "00"
                                   "ffffffffff"));
  ASSERT_TRUE(client().frames->wait(sequence));
  const auto response = decode_response<ApiVersionsResponse>(SharedBytes::own(*client().frames->answer(sequence)), 0);
  ASSERT_TRUE(response);
  EXPECT_EQ(response->correlation_id, 7);
  EXPECT_EQ(response->body.error_code, ErrorCode::unsupported_version);
  EXPECT_EQ(response->body.api_keys.size(), handler_table().size());
}

TEST_F(Handlers, a_malformed_software_name_is_an_error_and_not_a_closed_connection) {
  for (const char* name : {"", "-a", "a b", "a/"}) {
    const auto response = call(3, ApiVersionsRequest{.client_software_name = name, .client_software_version = "1"});
    EXPECT_EQ(response.error_code, ErrorCode::invalid_request) << name;
  }
  EXPECT_EQ(call(0, ApiVersionsRequest{}).error_code, ErrorCode::none);
}

TEST_F(Handlers, what_is_not_offered_closes_the_connection) {
  const char* const frames[] = {
      "03e7000000000001"
      "0000",  // an unknown key
      "0000000200000001"
      "0000",  // Produce v2: told, but not served
      "0000000c00000001"
      "0000"
      "00",  // Produce v12
      "0001000300000001"
      "0000",  // Fetch v3
      "0003ffff00000001"
      "0000",  // Metadata v-1
  };
  for (const char* frame : frames) {
    TestClient one(broker_);
    const uint64_t sequence = one.send_frame(from_hex(frame));
    ASSERT_TRUE(one.frames->wait_closed()) << frame;
    EXPECT_FALSE(one.frames->is_answered(sequence));
  }
}

TEST_F(Handlers, malformed_requests_close_the_connection) {
  const char* const frames[] = {
      "",
      "0003",
      "00030001000000",
      "0003000100000001",  // no client id
      "0003000100000001"
      "00ff"
      "61",  // a client id longer than the frame
      "0003000100000001"
      "0001"
      "61"
      "7fffffff",  // more topics than bytes
      "0012000300000001"
      "0001"
      "61"
      "05",  // tags that are not there
  };
  for (const char* frame : frames) {
    TestClient one(broker_);
    one.send_frame(from_hex(frame));
    EXPECT_TRUE(one.frames->wait_closed()) << frame;
  }
}

TEST_F(Handlers, every_handler_takes_an_empty_and_a_cut_request) {
  for (const HandlerRow& row : handler_table()) {
    for (int16_t version = row.served.first; version <= row.served.last; ++version) {
      Writer out;
      write_request_header({static_cast<int16_t>(row.key), version, 1, "x"}, version >= row.flexible_since, out);
      std::string frame = TestClient::join(out.finish());
      for (const char* body : {"", "00", "0000000000000000000000000000000000000000000000000000000000000000"}) {
        TestClient one(broker_);
        const uint64_t sequence = one.send_frame(frame + from_hex(body));
        one.frames->close("enough");  // some answers may wait
        ASSERT_TRUE(one.frames->wait(sequence)) << row.name << " v" << version;
        one.connection->closed();
      }
    }
  }
}

TEST_F(Handlers, without_authentication_sasl_is_offered_and_answered_with_illegal_state) {
  EXPECT_EQ(call(1, SaslHandshakeRequest{.mechanism = "PLAIN"}).error_code, ErrorCode::illegal_sasl_state);
  EXPECT_EQ(call(2, SaslAuthenticateRequest{}).error_code, ErrorCode::illegal_sasl_state);
  EXPECT_EQ(call(0, ApiVersionsRequest{}).error_code, ErrorCode::none);
}

}  // namespace
}  // namespace azud::kafka
