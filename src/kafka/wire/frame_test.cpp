#include "kafka/wire/frame.h"

#include <gtest/gtest.h>

#include "kafka/wire/message/api_versions.h"
#include "kafka/wire/message/fetch.h"
#include "kafka/wire/message/find_coordinator.h"
#include "kafka/wire/message/metadata.h"
#include "kafka/wire/message/produce.h"
#include "kafka/wire/testing/hex.h"
#include "kafka/wire/text.h"

namespace azud::kafka {
namespace {

std::string join(const std::vector<SharedBytes>& pieces) {
  std::string whole;
  for (const SharedBytes& piece : pieces) whole.append(piece.view());
  return whole;
}

Reader reader_of(std::string_view hex) { return Reader(SharedBytes::own(from_hex(hex))); }

TEST(Frame, a_plain_header_reads) {
  // Metadata v1, correlation id 7, client id "kcat"
  Reader in = reader_of(
      "0003000100000007"
      "00046b636174"
      "ffffffff");
  auto header = read_header_start(in);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->key(), ApiKey::metadata);
  EXPECT_EQ(header->api_version, 1);
  EXPECT_EQ(header->correlation_id, 7);
  ASSERT_TRUE(read_header_rest(in, false, *header));
  EXPECT_EQ(header->client_id, "kcat");
  const auto body = decode<MetadataRequest>(in, 1);
  ASSERT_TRUE(body);
  EXPECT_FALSE(body->topics.has_value());
  EXPECT_TRUE(in.at_end());
}

TEST(Frame, in_the_flexible_header_the_client_id_stays_plain_and_unknown_tags_are_skipped) {
  // two tagged fields: 0 with 3 bytes, 5 with none
  Reader in = reader_of(
      "0012000300000001"
      "0002"
      "6162"
      "02"
      "0003aabbcc"
      "0500"
      "026b"
      "0231"
      "00");
  auto header = read_header_start(in);
  ASSERT_TRUE(header);
  ASSERT_TRUE(read_header_rest(in, true, *header));
  EXPECT_EQ(header->client_id, "ab");
  const auto body = decode<ApiVersionsRequest>(in, 3);
  ASSERT_TRUE(body) << body.error().message();
  EXPECT_EQ(body->client_software_name, "k");
  EXPECT_EQ(body->client_software_version, "1");
  EXPECT_TRUE(in.at_end());
}

TEST(Frame, a_client_without_a_name_is_taken) {
  Reader in = reader_of(
      "0012000000000001"
      "ffff");
  auto header = read_header_start(in);
  ASSERT_TRUE(header);
  ASSERT_TRUE(read_header_rest(in, false, *header));
  EXPECT_EQ(header->client_id, std::nullopt);
}

TEST(Frame, headers_cut_off_are_an_error) {
  const std::string whole = from_hex(
      "0012000300000001"
      "0002"
      "6162"
      "01"
      "0001aa");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    Reader in(SharedBytes::own(whole.substr(0, size)));
    auto header = read_header_start(in);
    EXPECT_TRUE(!header || !read_header_rest(in, true, *header)) << size;
  }
}

TEST(Frame, requests_come_back) {
  const MetadataRequest request{.topics = {{{.name = "t"}}}};
  for (const int16_t version : {4, 12}) {
    const auto pieces = encode_request({.correlation_id = 3, .client_id = "me"}, version, request);
    Reader in(SharedBytes::own(join(pieces)));
    auto header = read_header_start(in);
    ASSERT_TRUE(header);
    EXPECT_EQ(header->key(), ApiKey::metadata);
    EXPECT_EQ(header->api_version, version);
    ASSERT_TRUE(read_header_rest(in, version >= 9, *header));
    const auto body = decode<MetadataRequest>(in, version);
    ASSERT_TRUE(body);
    EXPECT_EQ(body->topics->front().name, "t");
  }
}

TEST(Frame, the_answer_of_api_versions_has_the_plain_header_in_every_version) {
  const ApiVersionsResponse response;
  EXPECT_EQ(to_hex(join(encode_response(1, 0, response))),
            "00000001"
            "0000"
            "00000000");
  EXPECT_EQ(to_hex(join(encode_response(1, 3, response))),
            "00000001"
            "0000"
            "01"
            "00000000"
            "00");
  EXPECT_EQ(to_hex(join(encode_response(1, 3, FindCoordinatorResponse{.node_id = 1, .host = "h", .port = 2}))),
            "00000001"
            "00"
            "00000000"
            "0000"
            "00"
            "00000001"
            "0268"
            "00000002"
            "00");
}

TEST(Frame, records_are_sent_as_the_pieces_they_were_given_as) {
  const SharedBytes first = SharedBytes::own("first batch");
  const SharedBytes second = SharedBytes::own("second");
  FetchResponse response;
  for (int i = 0; i < 2; ++i) {
    auto& topic = response.responses.emplace_back();
    topic.topic = "t";
    topic.partitions.emplace_back().records = Records{{first, second}};
  }
  const auto pieces = encode_response(9, 12, response);
  ASSERT_EQ(pieces.size(), 7U);
  EXPECT_EQ(pieces[1].data(), first.data());
  EXPECT_EQ(pieces[2].data(), second.data());
  EXPECT_EQ(pieces[4].data(), first.data());

  const auto back = decode_response<FetchResponse>(SharedBytes::own(join(pieces)), 12);
  ASSERT_TRUE(back) << back.error().message();
  EXPECT_EQ(back->correlation_id, 9);
  EXPECT_EQ(back->body.responses[1].partitions[0].records->pieces[0].view(), "first batchsecond");
}

TEST(Frame, records_of_a_request_are_slices_of_its_frame) {
  ProduceRequest request;
  request.topic_data.push_back(
      {.name = "t", .partition_data = {{.index = 0, .records = Records{{SharedBytes::own("batch")}}}}});
  const SharedBytes frame = SharedBytes::own(join(encode_request({}, 9, request)));
  Reader in(frame);
  auto header = read_header_start(in);
  ASSERT_TRUE(header && read_header_rest(in, true, *header));
  const auto body = decode<ProduceRequest>(in, 9);
  ASSERT_TRUE(body);
  const SharedBytes& records = body->topic_data[0].partition_data[0].records->pieces[0];
  EXPECT_EQ(records.view(), "batch");
  EXPECT_TRUE(records.data() > frame.data() && records.data() < frame.data() + frame.size());
}

TEST(Frame, unknown_tagged_fields_of_structures_are_skipped) {
  // Metadata v9: one topic "t" with an unknown tag 9 of two bytes, three flags, then tag 0 of one byte.
  Reader in = reader_of(
      "02"
      "0274"
      "01"
      "0902beef"
      "010001"
      "01"
      "0001ff");
  const auto body = decode<MetadataRequest>(in, 9);
  ASSERT_TRUE(body) << body.error().message();
  EXPECT_EQ(body->topics->front().name, "t");
  EXPECT_TRUE(body->include_topic_authorized_operations);
  EXPECT_TRUE(in.at_end());
}

TEST(Frame, null_where_it_is_not_allowed_is_an_error) {
  const auto reads = [](std::string_view hex, int16_t version) {
    Reader in = reader_of(hex);
    return decode<MetadataRequest>(in, version).has_value();
  };
  EXPECT_TRUE(reads("ffffffff", 1));
  EXPECT_FALSE(reads("ffffffff", 0));
  EXPECT_FALSE(reads("fffffffe", 1));
}

TEST(Frame, hostile_counts_are_refused_before_memory_is_taken) {
  Reader more_than_there_is = reader_of("7fffffff");
  const auto huge = decode<MetadataRequest>(more_than_there_is, 1);
  ASSERT_FALSE(huge);
  EXPECT_NE(huge.error().message().find("larger than what is left"), std::string::npos);

  // A million bytes that claim a million topics, each an empty name: 60 times as much memory.
  std::string bytes(4 + (1 << 20), '\0');
  store_big<int32_t>(bytes.data(), 1 << 20);
  Reader amplified(SharedBytes::own(std::move(bytes)));
  const auto refused = decode<MetadataRequest>(amplified, 1);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message().find("claims more elements"), std::string::npos);
}

TEST(Frame, text_is_json_with_kafkas_names) {
  MetadataRequest request;
  request.topics.emplace().push_back({.topic_id = {}, .name = "a\"b\n"});
  EXPECT_EQ(to_text(request, 12),
            R"({"topics":[{"topicId":"AAAAAAAAAAAAAAAAAAAAAA","name":"a\"b\n"}],"allowAutoTopicCreation":true,)"
            R"("includeTopicAuthorizedOperations":false})");
  EXPECT_EQ(to_string(ApiKey::offset_for_leader_epoch), "OffsetForLeaderEpoch");
  EXPECT_EQ(to_string(static_cast<ApiKey>(999)), "unknown");
}

TEST(Frame, a_string_is_no_longer_in_the_flexible_form_than_in_the_plain_one) {
  for (const std::size_t size : {32767U, 32768U}) {
    const FindCoordinatorRequest request{.coordinator_keys = {std::string(size, 'k')}};
    Reader in(SharedBytes::own(join(encode_request({}, 4, request))));
    auto header = read_header_start(in);
    ASSERT_TRUE(header && read_header_rest(in, true, *header));
    EXPECT_EQ(decode<FindCoordinatorRequest>(in, 4).has_value(), size == 32767U);
  }
}

}  // namespace
}  // namespace azud::kafka
