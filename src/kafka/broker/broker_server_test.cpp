#include "kafka/broker/broker_server.h"

#include <gtest/gtest.h>

#include "base/endian.h"
#include "io/test/loopback_client.h"
#include "kafka/wire/frame.h"
#include "kafka/wire/message/api_versions.h"
#include "kafka/wire/message/metadata.h"
#include "log/log_fixture.h"

namespace azud::kafka {
namespace {

class Server : public log::LogFixture {
 protected:
  void SetUp() override {
    open();
    BrokerOptions options;
    options.listen = {"127.0.0.1:0"};
    auto server = BrokerServer::start(*log_, loops_, clock_, options);
    ASSERT_TRUE(server) << server.error().to_text();
    server_ = *std::move(server);
  }

  template <Message Request>
  static std::string framed(int16_t version, const Request& request) {
    std::string body;
    for (const auto& piece : encode_request({.correlation_id = 5}, version, request)) body.append(piece.view());
    std::string frame;
    append_big(frame, static_cast<int32_t>(body.size()));
    return frame + body;
  }

  io::EventLoops loops_{2};
  std::unique_ptr<BrokerServer> server_;
};

TEST_F(Server, answers_over_a_socket_and_tells_its_own_port) {
  io::LoopbackClient client(server_->port());
  ASSERT_TRUE(client.send(framed(0, ApiVersionsRequest{}) + framed(1, MetadataRequest{})));
  const auto versions = decode_response<ApiVersionsResponse>(SharedBytes::own(client.receive_frame()), 0);
  ASSERT_TRUE(versions);
  EXPECT_EQ(versions->correlation_id, 5);
  const auto metadata = decode_response<MetadataResponse>(SharedBytes::own(client.receive_frame()), 1);
  ASSERT_TRUE(metadata);
  EXPECT_EQ(metadata->body.brokers.at(0).host, "127.0.0.1");
  EXPECT_EQ(metadata->body.brokers.at(0).port, server_->port());
}

TEST_F(Server, stops_with_clients_connected) {
  io::LoopbackClient client(server_->port());
  ASSERT_TRUE(client.send(framed(1, MetadataRequest{})));
  EXPECT_FALSE(client.receive_frame().empty());
  server_->stop();
  EXPECT_EQ(client.receive_all(), "");
}

TEST_F(Server, an_address_in_use_is_an_error) {
  BrokerOptions options;
  options.listen = {"127.0.0.1:" + std::to_string(server_->port())};
  EXPECT_FALSE(BrokerServer::start(*log_, loops_, clock_, options));
}

}  // namespace
}  // namespace azud::kafka
