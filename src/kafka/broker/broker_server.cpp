#include "kafka/broker/broker_server.h"

#include <utility>

#include "kafka/broker/broker.h"
#include "kafka/broker/connection.h"

namespace azud::kafka {
namespace {

Connection& state_of(const io::FrameConnectionPtr& connection) {
  return *static_cast<Connection*>(connection->user_data().get());
}

}  // namespace

BrokerServer::BrokerServer(log::Log& log, io::EventLoops& loops, const io::Clock& clock, BrokerOptions options)
    : broker_(Broker::start(log, loops, clock, std::move(options))) {}

Result<std::unique_ptr<BrokerServer>> BrokerServer::start(log::Log& log, io::EventLoops& loops, const io::Clock& clock,
                                                          BrokerOptions options) {
  std::unique_ptr<BrokerServer> server(new BrokerServer(log, loops, clock, std::move(options)));
  const BrokerOptions& taken = server->broker_->options;
  TRY_ASSIGN(server->server_, io::FrameServer::start(loops, taken.listen, *server, taken.server));
  return server;
}

BrokerServer::~BrokerServer() { stop(); }

uint16_t BrokerServer::port(std::size_t address_index) const { return server_->port(address_index); }

std::size_t BrokerServer::connection_count() const { return server_->connection_count(); }

void BrokerServer::stop() {
  if (server_ != nullptr) server_->stop();
  broker_->stop();
}

void BrokerServer::on_open(const io::FrameConnectionPtr& connection) {
  connection->set_user_data(std::make_shared<Connection>(broker_, connection));
}

void BrokerServer::on_frame(const io::FrameConnectionPtr& connection, uint64_t sequence, SharedBytes frame) {
  state_of(connection).arrive(sequence, std::move(frame));
}

void BrokerServer::on_close(const io::FrameConnectionPtr& connection) { state_of(connection).closed(); }

}  // namespace azud::kafka
