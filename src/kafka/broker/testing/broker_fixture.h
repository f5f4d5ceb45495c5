#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "io/event_loops.h"
#include "kafka/broker/broker.h"
#include "kafka/broker/connection.h"
#include "kafka/broker/testing/fake_connection.h"
#include "kafka/wire/frame.h"
#include "log/log_fixture.h"

namespace azud::kafka {

/// One client of the broker under test.
class TestClient {
 public:
  explicit TestClient(const BrokerPtr& broker, std::string local = "10.1.2.3:9092")
      : frames(std::make_shared<FakeConnection>(std::move(local))),
        connection(std::make_shared<Connection>(broker, frames)) {}

  static std::string join(const std::vector<SharedBytes>& pieces) {
    std::string whole;
    for (const SharedBytes& piece : pieces) whole.append(piece.view());
    return whole;
  }

  /// Sends bytes as they are; the request's number.
  uint64_t send_frame(std::string frame) {
    connection->arrive(next_, SharedBytes::own(std::move(frame)));
    return next_++;
  }
  template <Message Request>
  uint64_t send(int16_t version, const Request& request) {
    const RequestHeader header{.correlation_id = static_cast<int32_t>(next_), .client_id = "tester"};
    return send_frame(join(encode_request(header, version, request)));
  }
  /// Waits for the answer to a request sent before.
  template <Message Request>
  typename Request::Response receive(uint64_t sequence, int16_t version) {
    EXPECT_TRUE(frames->wait(sequence)) << Request::info.name << " was not answered";
    const auto answer = frames->answer(sequence);
    if (!answer) {
      ADD_FAILURE() << Request::info.name << " has no answer: " << frames->close_reason().value_or("");
      return {};
    }
    auto response = decode_response<typename Request::Response>(SharedBytes::own(*answer), version);
    EXPECT_TRUE(response) << response.error().message();
    if (!response) return {};
    EXPECT_EQ(response->correlation_id, static_cast<int32_t>(sequence));
    return std::move(response->body);
  }
  template <Message Request>
  typename Request::Response call(int16_t version, const Request& request) {
    return receive<Request>(send(version, request), version);
  }

  std::shared_ptr<FakeConnection> frames;
  std::shared_ptr<Connection> connection;

 private:
  uint64_t next_ = 0;
};

/// A broker on a log in memory.
class BrokerFixture : public log::LogFixture {
 protected:
  void SetUp() override {
    open();
    start_broker();
  }
  void TearDown() override { stop_broker(); }

  void start_broker() { broker_ = Broker::start(*log_, loops_, clock_, broker_options_); }
  void stop_broker() {
    if (broker_ != nullptr) broker_->stop();
    clients_.clear();
    broker_.reset();
  }
  /// As after a clean restart of azud.
  void restart_broker() {
    stop_broker();
    reopen();
    start_broker();
  }

  TestClient& client(std::size_t number = 0) {
    while (clients_.size() <= number) clients_.push_back(std::make_unique<TestClient>(broker_));
    return *clients_[number];
  }
  template <Message Request>
  typename Request::Response call(int16_t version, const Request& request) {
    return client().call(version, request);
  }

  io::EventLoops loops_{1};
  BrokerOptions broker_options_;
  BrokerPtr broker_;
  std::vector<std::unique_ptr<TestClient>> clients_;
};

}  // namespace azud::kafka
