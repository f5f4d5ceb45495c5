#include "app/server/server.h"

#include <algorithm>
#include <array>
#include <future>
#include <thread>

#include "alarm/alarm_service.h"
#include "alarm/alarm_store.h"
#include "app/server/alarm_view.h"
#include "app/server/catalogue_offsets.h"
#include "app/server/job_view.h"
#include "app/server/load.h"
#include "app/server/outbox_view.h"
#include "base/logging.h"
#include "connect/dead_letter/dead_letter.h"
#include "connect/http/consumer_routes.h"
#include "connect/http/pixy_routes.h"
#include "connect/http/record_appender.h"
#include "connect/mail/folder_carrier.h"
#include "connect/mail/mail_sender.h"
#include "connect/mail/outbox.h"
#include "connect/mail/smtp_carrier.h"
#include "gateway/session.h"
#include "gateway/sql_gateway.h"
#include "io/address.h"
#include "io/clock.h"
#include "io/descriptor_limit.h"
#include "io/event_loops.h"
#include "io/file.h"
#include "io/http_server.h"
#include "kafka/broker/broker_server.h"
#include "log/log.h"
#include "web/web_server.h"

namespace azud::app {
namespace {

constexpr std::string_view late_topic = "azud.late";

/// Waits for an asynchronous change of the log.
template <class Start>
Status await(Start&& start) {
  std::promise<Status> done;
  start([&](Status status) { done.set_value(std::move(status)); });
  return done.get_future().get();
}

/// What the `event_time` switch means for a topic whose timestamps are the event time.
std::map<std::string, std::string> topic_settings(const TopicSection& topic, EventTime event_time) {
  auto settings = topic.config;
  if (!topic.event_time) return settings;
  if (event_time == EventTime::arrival) {
    settings.try_emplace("message.timestamp.type", "LogAppendTime");
  } else {
    settings["message.timestamp.type"] = "CreateTime";
    settings["retention.ms"] = "-1";
  }
  return settings;
}

Status create_topics(const Configuration& configuration, log::Log& log) {
  std::vector<TopicSection> wanted = configuration.topics;
  wanted.push_back({.name = std::string(late_topic)});
  for (const TopicSection& topic : wanted) {
    if (log.find_topic(topic.name)) continue;
    TRY(await([&](log::Log::Done done) {
      log.create_topic(topic.name, topic.partitions, topic_settings(topic, configuration.event_time), std::move(done));
    }));
  }
  return {};
}

kafka::BrokerOptions broker_options(const Configuration& configuration) {
  const BrokerSection& section = configuration.broker;
  kafka::BrokerOptions options;
  options.listen = section.listen;
  if (!section.advertised.empty())
    if (auto address = io::Address::parse(section.advertised)) options.advertised = *address;
  options.auto_create_topics = section.auto_create_topics;
  options.delete_topics = section.delete_topics;
  options.partitions_default = section.partitions;
  options.log_directory = configuration.data.string();
  options.groups.initial_rebalance_delay_ms = section.group_initial_rebalance_delay_ms;
  options.groups.session_timeout_min_ms = section.group_session_timeout_min_ms;
  options.groups.session_timeout_max_ms = section.group_session_timeout_max_ms;
  options.groups.offsets_retention_ms = section.offsets_retention_minutes * 60'000;
  options.server = section.limits;
  // One fetch is never more than a part of what all clients share.
  options.fetch.unsent_bytes_max = std::min(options.fetch.unsent_bytes_max, section.limits.queued_bytes_max / 4);
  return options;
}

/// A flood of connections must leave file descriptors to the log: fewer connections are taken where the system allows
/// the process few.
void fit_connections_to(std::size_t descriptors, Configuration& configuration) {
  constexpr std::size_t kept_for_files = 1024;
  const std::size_t room = descriptors > 2 * kept_for_files ? descriptors - kept_for_files : descriptors / 2;
  const std::array limits{&configuration.broker.limits.connections_max, &configuration.ingress.limits.connections_max,
                          &configuration.web_limits.connections_max};
  std::size_t wanted = 0;
  for (const std::size_t* limit : limits) wanted += *limit;
  if (wanted <= room) return;
  log_info("the system allows {} open files: at most {} connections are taken instead of {} (raise ulimit -n)",
           descriptors, room, wanted);
  for (std::size_t* limit : limits) *limit = std::max<std::size_t>(1, *limit * room / wanted);
}

/// "127.0.0.1:port" for a listener on all addresses, otherwise the listener's own host.
std::string reachable(const std::string& listen, uint16_t port) {
  const auto address = io::Address::parse(listen);
  const bool everywhere = !address || address->host.empty() || address->host == "::" || address->host == "0.0.0.0";
  return io::Address{everywhere ? "127.0.0.1" : address->host, port}.to_text();
}

/// The embedded log answers for its own listeners, and for what SQL files conventionally say: localhost:9092.
bool is_own_address(std::string_view server, uint16_t kafka_port) {
  if (server == "azud") return true;
  const auto address = io::Address::parse(server);
  if (!address || (address->port != kafka_port && address->port != 9092)) return false;
  return address->host == "localhost" || address->host == "127.0.0.1" || address->host == "::1";
}

}  // namespace

/// In the order of their start; destroyed from the last to the first.
struct Server::Parts {
  explicit Parts(Configuration the_configuration) : configuration(std::move(the_configuration)) {}
  ~Parts();

  Status open_log();
  Status open_broker();
  Status open_jobs();
  Status open_alarms();
  Status open_ingress();
  Status open_web();

  const Configuration configuration;
  io::SystemClock clock;
  io::RealFileSystem files;
  std::unique_ptr<io::EventLoops> loops;
  std::unique_ptr<log::Log> log;
  std::unique_ptr<kafka::BrokerServer> broker;
  std::unique_ptr<connect::DeadLetters> dead_letters;
  std::unique_ptr<connect::RecordAppender> appender;
  std::unique_ptr<CatalogueOffsets> group_offsets;
  std::unique_ptr<gateway::Jobs> jobs;
  std::vector<std::unique_ptr<gateway::Session>> sessions;
  std::unique_ptr<gateway::SqlGateway> sql;
  std::unique_ptr<connect::Outbox> outbox;
  std::unique_ptr<connect::MailSender> mail_sender;
  std::unique_ptr<alarm::AlarmStore> alarms;
  std::unique_ptr<alarm::AlarmService> alarm_service;
  std::unique_ptr<connect::PixyRoutes> pixy;
  std::unique_ptr<connect::ConsumerRoutes> pixy_consumers;
  io::HttpRouter ingress_router;
  std::unique_ptr<io::HttpServer> ingress;
  std::unique_ptr<web::Dashboards> dashboards;
  std::unique_ptr<RunningJobs> job_view;
  std::unique_ptr<StoredAlarms> alarm_view;
  std::unique_ptr<OutboxFolder> outbox_view;
  std::unique_ptr<web::WebServer> web;
};

Server::Parts::~Parts() {
  web.reset();
  sql.reset();
  if (ingress) ingress->stop();
  if (jobs) jobs->stop_all();
  if (broker) broker->stop();
}

Status Server::Parts::open_log() {
  const auto opened_us = clock.monotonic_us();
  TRY_ASSIGN(log, log::Log::open(files, clock, configuration.data / "log", configuration.log));
  TRY(create_topics(configuration, *log));
  log_info("log: open after {} ms", (clock.monotonic_us() - opened_us) / 1000);
  return {};
}

Status Server::Parts::open_broker() {
  TRY_ASSIGN(broker, kafka::BrokerServer::start(*log, *loops, clock, broker_options(configuration)));
  return {};
}

Status Server::Parts::open_jobs() {
  group_offsets = std::make_unique<CatalogueOffsets>(*log, clock);
  auto environment = connect::Environment::of(
      *log, files, clock, [port = broker->port()](std::string_view server) { return is_own_address(server, port); },
      group_offsets.get());
  stream::JobOptions defaults;
  defaults.runtime.parallelism = std::max(1U, std::thread::hardware_concurrency());
  defaults.late_rows = log->find_topic(late_topic)->partitions.front();
  jobs = std::make_unique<gateway::Jobs>(std::move(environment), *log, clock, std::move(defaults));
  for (const JobSection& job : configuration.jobs) {
    auto session = std::make_unique<gateway::Session>(*jobs, job.name);
    for (const auto& [key, value] : job.set) TRY(session->set(key, value));
    TRY_ASSIGN(const auto executed, gateway::execute_file(*session, job.file));
    for (const gateway::Executed& one : executed)
      for (const std::string& notice : one.notices) log_info("job {}: {}", job.name, notice);
    sessions.push_back(std::move(session));
  }
  gateway::start_kept_jobs(*jobs);
  return {};
}

Status Server::Parts::open_alarms() {
  if (configuration.alarms.empty()) return {};
  TRY_ASSIGN(outbox, connect::Outbox::open(configuration.data / configuration.mail.outbox));
  const MailSection& mail = configuration.mail;
  std::unique_ptr<connect::MailCarrier> carrier;
  if (mail.server)
    carrier = std::make_unique<connect::SmtpCarrier>(*mail.server);
  else
    carrier = std::make_unique<connect::FolderCarrier>(files, outbox->folder());
  mail_sender = std::make_unique<connect::MailSender>(
      *outbox, std::move(carrier), clock,
      connect::MailSenderOptions{.retry_for_ms = mail.retry_for_ms, .keep_for_ms = mail.keep_for_ms});
  TRY_ASSIGN(alarms, alarm::AlarmStore::open(configuration.data / "alarms.db"));
  TRY_ASSIGN(alarm_service, alarm::AlarmService::start(configuration.alarms, *log, *alarms, *outbox, clock));
  return {};
}

Status Server::Parts::open_ingress() {
  dead_letters = std::make_unique<connect::DeadLetters>(*log, clock);
  appender = std::make_unique<connect::RecordAppender>(*log, clock, *loops);
  connect::PixyOptions options;
  options.formats = configuration.ingress.formats;
  pixy = std::make_unique<connect::PixyRoutes>(*log, *appender, *dead_letters, std::move(options));
  pixy->add_to(ingress_router);
  pixy_consumers = std::make_unique<connect::ConsumerRoutes>(*log, *group_offsets, clock, *loops);
  pixy_consumers->add_to(ingress_router);
  TRY_ASSIGN(ingress, io::HttpServer::start(*loops, {configuration.ingress.listen}, ingress_router,
                                            configuration.ingress.limits));
  return {};
}

Status Server::Parts::open_web() {
  dashboards = std::make_unique<web::Dashboards>(configuration.dashboards);
  job_view = std::make_unique<RunningJobs>(*jobs, *log);
  if (alarms) alarm_view = std::make_unique<StoredAlarms>(*alarms, clock);
  if (outbox) outbox_view = std::make_unique<OutboxFolder>(*outbox);
  using WebSql = Configuration::WebSql;
  if (configuration.web_sql != WebSql::off) sql = std::make_unique<gateway::SqlGateway>(*jobs, clock);
  const auto ingress_at = reachable(configuration.ingress.listen, ingress->port());
  TRY_ASSIGN(web, web::WebServer::start(
                      *loops, {configuration.web_listen},
                      {.clock = clock,
                       .log = *log,
                       .dashboards = *dashboards,
                       .alarms = alarm_view.get(),
                       .jobs = job_view.get(),
                       .outbox = outbox_view.get(),
                       .sql = sql.get(),
                       .control_from_anywhere = configuration.web_sql == WebSql::anyone,
                       .title = configuration.name,
                       .version = AZUD_VERSION,
                       .home = configuration.home_dashboard,
                       .listeners = {{"Kafka", reachable(configuration.broker.listen.front(), broker->port())},
                                     {"HTTP ingress", ingress_at}}},
                      configuration.web_limits));
  return {};
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(Configuration configuration, const systems::System* system) {
  fit_connections_to(io::raise_descriptor_limit(), configuration);
  auto parts = std::make_unique<Parts>(std::move(configuration));
  parts->loops = std::make_unique<io::EventLoops>(std::max(2U, std::thread::hardware_concurrency()));
  TRY(parts->open_log());
  TRY(load_topics(parts->configuration, system, parts->clock, *parts->log));
  TRY(parts->open_broker());
  TRY(parts->open_jobs());
  TRY(parts->open_alarms());
  TRY(parts->open_ingress());
  TRY(parts->open_web());
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

std::string Server::kafka_address() const {
  return reachable(parts_->configuration.broker.listen.front(), parts_->broker->port());
}
std::string Server::ingress_address() const {
  return reachable(parts_->configuration.ingress.listen, parts_->ingress->port());
}
std::string Server::web_address() const { return reachable(parts_->configuration.web_listen, parts_->web->port()); }

}  // namespace azud::app
