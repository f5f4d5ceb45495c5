#include "kafka/broker/handlers.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/logging.h"
#include "kafka/broker/api/api_versions.h"
#include "kafka/broker/api/handle.h"
#include "kafka/broker/broker.h"

namespace azud::kafka {
namespace {

/// A request that is served from version `first` to `last` by the function `handle` of its type. `told_first` is what
/// ApiVersions says where that is less than what is served.
template <Message Request, int16_t first, int16_t last, int16_t told_first = first>
struct Handler {
  static_assert(Request::info.versions.contains(VersionRange{first, last}),
                "a handler serves only what its message describes");
  static_assert(Request::Response::info.versions.contains(VersionRange{first, last}));
  static_assert(told_first <= first);

  static void run(const BrokerPtr& broker, Reply reply, RequestHeader header, Reader& in) {
    auto request = decode<Request>(in, header.api_version);
    if (!request) {
      log_warn("kafka: connection from {} closed: client '{}': {}", reply.connection().peer(),
               header.client_id.value_or(""), request.error().message());
      return reply.close("a request is malformed");
    }
    handle(broker, Exchange<Request>(std::move(reply), std::move(header), *std::move(request)));
  }

  static constexpr HandlerRow row{Request::info.key,
                                  Request::info.name.substr(0, Request::info.name.size() - 7),
                                  {first, last},
                                  told_first,
                                  Request::info.flexible_since,
                                  &run};
};

template <class... Handlers>
constexpr std::array<HandlerRow, sizeof...(Handlers)> make_table() {
  return {Handlers::row...};
}

/// What azud offers. A change here is a change of the golden answer (testdata/api_versions.txt); why the ranges are as
/// they are stands with each number that is not simply the newest.
constexpr auto table = make_table<               //
    Handler<ProduceRequest, 3, 11, 0>,           // librdkafka <= 2.11.0 asks for 0 before it compresses; 12 is for TV2
    Handler<FetchRequest, 4, 16>,                // 17 is for replicas
    Handler<ListOffsetsRequest, 1, 9>,           //
    Handler<MetadataRequest, 0, 12>,             //
    Handler<OffsetCommitRequest, 2, 9>,          // 10 names topics by id
    Handler<OffsetFetchRequest, 1, 9>,           //
    Handler<FindCoordinatorRequest, 0, 5>,       // 6 is for share groups
    Handler<JoinGroupRequest, 0, 9>,             //
    Handler<HeartbeatRequest, 0, 4>,             //
    Handler<LeaveGroupRequest, 0, 5>,            //
    Handler<SyncGroupRequest, 0, 5>,             //
    Handler<DescribeGroupsRequest, 0, 6>,        //
    Handler<ListGroupsRequest, 0, 5>,            //
    Handler<SaslHandshakeRequest, 0, 1>,         //
    Handler<ApiVersionsRequest, 0, 4>,           //
    Handler<CreateTopicsRequest, 2, 7>,          //
    Handler<DeleteTopicsRequest, 1, 6>,          //
    Handler<DeleteRecordsRequest, 0, 2>,         //
    Handler<InitProducerIdRequest, 0, 5>,        //
    Handler<OffsetForLeaderEpochRequest, 2, 4>,  //
    Handler<DescribeAclsRequest, 1, 3>,          //
    Handler<DescribeConfigsRequest, 1, 4>,       //
    Handler<AlterConfigsRequest, 0, 2>,          //
    Handler<DescribeLogDirsRequest, 1, 4>,       //
    Handler<SaslAuthenticateRequest, 0, 2>,      //
    Handler<CreatePartitionsRequest, 0, 3>,      //
    Handler<DeleteGroupsRequest, 0, 2>,          //
    Handler<ElectLeadersRequest, 0, 2>,          //
    Handler<IncrementalAlterConfigsRequest, 0, 1>,     //
    Handler<ListPartitionReassignmentsRequest, 0, 0>,  //
    Handler<OffsetDeleteRequest, 0, 0>,                //
    Handler<DescribeClusterRequest, 0, 2>>();

static_assert(std::ranges::is_sorted(table, {}, &HandlerRow::key));

/// Of a request without records. Each of its bytes may cost a thousand times what a record's does.
constexpr std::size_t request_bytes_max = 8UL << 20;

/// The answer to an ApiVersions request that is newer than we are: in version 0, with all we know (KIP-511).
void answer_unknown_api_versions(Reply reply, int32_t correlation_id) {
  ApiVersionsResponse response = api_versions();
  response.error_code = ErrorCode::unsupported_version;
  reply.send(encode_response(correlation_id, 0, response));
}

}  // namespace

std::span<const HandlerRow> handler_table() { return table; }

void dispatch(const BrokerPtr& broker, Reply reply, SharedBytes frame) {
  const std::size_t frame_bytes = frame.size();
  Reader in(std::move(frame));
  auto header = read_header_start(in);
  if (!header) {
    log_warn("kafka: connection from {} closed: {}", reply.connection().peer(), header.error().message());
    return reply.close("a request is malformed");
  }
  const auto row = std::ranges::find(table, header->key(), &HandlerRow::key);
  if (row == table.end() || !row->served.has(header->api_version)) {
    if (header->key() == ApiKey::api_versions) {
      return answer_unknown_api_versions(std::move(reply), header->correlation_id);
    }
    const bool flexible = row != table.end() && header->api_version >= row->flexible_since;
    const std::string client = read_header_rest(in, flexible, *header) ? header->client_id.value_or("") : "";
    log_warn("kafka: connection from {} closed: client '{}' asks for {} (key {}) version {}, which is not offered",
             reply.connection().peer(), client, to_string(header->key()), header->api_key, header->api_version);
    return reply.close("a request is not offered");
  }
  if (row->key != ApiKey::produce && frame_bytes > request_bytes_max) {
    log_warn("kafka: connection from {} closed: {} has {} bytes, and only a produce request may have more than {}",
             reply.connection().peer(), to_string(row->key), frame_bytes, request_bytes_max);
    return reply.close("a request is too large");
  }
  if (const Status rest = read_header_rest(in, header->api_version >= row->flexible_since, *header); !rest) {
    log_warn("kafka: connection from {} closed: {}", reply.connection().peer(), rest.error().message());
    return reply.close("a request is malformed");
  }
  row->run(broker, std::move(reply), *std::move(header), in);
}

}  // namespace azud::kafka
