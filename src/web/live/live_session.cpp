#include "web/live/live_session.h"

namespace azud::web {

namespace {

constexpr std::size_t frame_bytes_max = 64 << 10;
constexpr std::size_t queue_bytes_max = 64 << 20;

/// Takes a client's frames apart; the hub does the rest.
class LiveSession final : public io::WebSocketHandler {
 public:
  LiveSession(FeedHub& hub, const io::Clock& clock, io::WebSocketSessionPtr session, FeedHub::ClientId id)
      : hub_(hub), clock_(clock), session_(std::move(session)), id_(id) {}

  void on_message(ByteView message, bool is_text) override {
    if (!is_text) return refuse("", Error(Code::unsupported, "frames are JSON text"));
    const Result<Json> frame = parse_json(message);
    if (!frame || !frame->is_object())
      return refuse("", frame ? Error(Code::invalid, "a frame is a JSON object") : frame.error());
    const std::string op = text_of(*frame, "op"), id = text_of(*frame, "id");
    if (op == "ping") return session_->send_text(clock_frame("pong", clock_.wall_ms()));
    if (op != "subscribe" && op != "unsubscribe") {
      return refuse(id, Error(Code::invalid, fmt::format("unknown op \"{}\": subscribe, unsubscribe or ping", op)));
    }
    if (id.empty() || id.size() > 100)
      return refuse("", Error(Code::invalid, fmt::format("{} needs an id, a text of at most 100 bytes", op)));
    if (op == "unsubscribe") return hub_.unsubscribe(id_, id);
    Result<Query> query = check_query(frame->value("query", Json()));
    if (!query) return refuse(id, query.error());
    Result<SubscribeOptions> options = read_subscribe_options(*frame);
    if (!options) return refuse(id, options.error());
    hub_.subscribe(id_, id, *std::move(query), *std::move(options));
  }

  void on_close() override {
    session_.reset();
    hub_.close(id_);
  }

 private:
  static std::string text_of(const Json& frame, std::string_view member) {
    const auto found = frame.find(member);
    return found != frame.end() && found->is_string() ? found->get<std::string>() : "";
  }
  void refuse(std::string_view id, const Error& error) { session_->send_text(error_frame(id, error)); }

  FeedHub& hub_;
  const io::Clock& clock_;
  io::WebSocketSessionPtr session_;
  FeedHub::ClientId id_;
};

}  // namespace

io::WebSocketRoute live_route(FeedHub& hub, const io::Clock& clock) {
  io::WebSocketRoute route;
  route.options.message_bytes_max = frame_bytes_max;
  route.options.queue_bytes_max = queue_bytes_max;
  route.open = [&hub, &clock](const io::HttpRequest&,
                              io::WebSocketSessionPtr session) -> std::shared_ptr<io::WebSocketHandler> {
    const auto id = hub.open(session);
    if (!id) return nullptr;
    return std::make_shared<LiveSession>(hub, clock, std::move(session), *id);
  };
  return route;
}

}  // namespace azud::web
