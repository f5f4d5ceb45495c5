#include "io/http_router.h"

#include <gtest/gtest.h>

namespace azud::io {
namespace {

/// Keeps the one answer.
struct Sink : HttpResponseSink {
  void send(uint64_t, HttpResponse response) override {
    ++answers;
    last = std::move(response);
  }
  int answers = 0;
  HttpResponse last;
};

HttpResponse ask(const HttpRouter& router, HttpMethod method, std::string_view target) {
  HttpRequest request;
  request.set_method(method);
  EXPECT_TRUE(request.set_target(target)) << target;
  const auto sink = std::make_shared<Sink>();
  router.dispatch(request, HttpResponder(sink, 0));
  EXPECT_EQ(sink->answers, 1);
  return sink->last;
}

HttpRouter::Handler says(std::string text) {
  return [text](const HttpRequest& request, HttpResponder responder) {
    responder.send(HttpResponse::text(text + " " + std::string(request.path_parameter("a")) + "," +
                                      std::string(request.path_parameter("b"))));
  };
}

HttpRouter example() {
  HttpRouter router;
  router.add(HttpMethod::get, "/", says("root"));
  router.add(HttpMethod::get, "/topics", says("topics"));
  router.add(HttpMethod::get, "/topics/{a}", says("topic"));
  router.add(HttpMethod::post, "/topics/{a}/messages", says("post"));
  router.add(HttpMethod::del, "/topics/{a}", says("delete"));
  router.add(HttpMethod::get, "/topics/special/{b}", says("special"));
  router.add(HttpMethod::get, "/ui/{a*}", says("ui"));
  return router;
}

TEST(HttpRouter, finds_the_most_literal_route) {
  const HttpRouter router = example();
  EXPECT_EQ(ask(router, HttpMethod::get, "/").body, "root ,");
  EXPECT_EQ(ask(router, HttpMethod::get, "/topics").body, "topics ,");
  EXPECT_EQ(ask(router, HttpMethod::get, "/topics/").body, "topics ,");
  EXPECT_EQ(ask(router, HttpMethod::get, "/topics/x%2Fy?z").body, "topic x/y,");
  EXPECT_EQ(ask(router, HttpMethod::post, "/topics/t/messages").body, "post t,");
  EXPECT_EQ(ask(router, HttpMethod::get, "/topics/special/1").body, "special ,1");
  EXPECT_EQ(ask(router, HttpMethod::post, "/topics/special/messages").status, 405);
  EXPECT_EQ(ask(router, HttpMethod::get, "/topics/special").body, "topic special,");
  EXPECT_EQ(ask(router, HttpMethod::get, "/ui").body, "ui ,");
  EXPECT_EQ(ask(router, HttpMethod::get, "/ui/js/a.js").body, "ui js/a.js,");
  EXPECT_EQ(ask(router, HttpMethod::head, "/topics").body, "topics ,");
}

TEST(HttpRouter, a_member_is_a_handler) {
  struct Counter {
    void count(const HttpRequest& request, HttpResponder responder) {
      ++requests;
      responder.send(HttpResponse::text(std::string(request.path_parameter("a"))));
    }
    int requests = 0;
  } counter;
  HttpRouter router;
  router.add(HttpMethod::get, "/count/{a}", &counter, &Counter::count);
  EXPECT_EQ(ask(router, HttpMethod::get, "/count/x").body, "x");
  EXPECT_EQ(counter.requests, 1);
}

TEST(HttpRouter, unknown_path_and_unknown_method) {
  HttpRouter router = example();
  const HttpResponse missing = ask(router, HttpMethod::get, "/nope/\"x\"");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.body, R"({"error":"no such path: /nope/\"x\""})");
  const HttpResponse wrong = ask(router, HttpMethod::put, "/topics/t");
  EXPECT_EQ(wrong.status, 405);
  ASSERT_EQ(wrong.headers.size(), 1u);
  EXPECT_EQ(wrong.headers[0], (std::pair<std::string, std::string>("Allow", "GET, HEAD, DELETE")));
  EXPECT_EQ(ask(router, HttpMethod::other, "/topics").status, 405);
  router.set_error_response([](int status, std::string_view) { return HttpResponse::text("mine", status); });
  EXPECT_EQ(ask(router, HttpMethod::get, "/nope").body, "mine");
}

TEST(HttpRouter, a_guard_has_the_first_word) {
  HttpRouter router = example();
  router.set_guard([](const HttpRequest& request) -> std::optional<HttpResponse> {
    if (request.header("Authorization")) return std::nullopt;
    return json_error(401, "who are you");
  });
  EXPECT_EQ(ask(router, HttpMethod::get, "/topics").status, 401);
}

TEST(HttpRouter, a_request_given_up_is_answered_with_500) {
  HttpRouter router;
  router.add(HttpMethod::get, "/", [](const HttpRequest&, HttpResponder) {});
  EXPECT_EQ(ask(router, HttpMethod::get, "/").status, 500);
}

TEST(HttpRequest, understands_targets) {
  HttpRequest request;
  ASSERT_TRUE(request.set_target("http://host:1/a/b?x=1"));
  EXPECT_EQ(request.path(), "/a/b");
  EXPECT_EQ(request.segments().size(), 2u);
  EXPECT_EQ(request.query("x"), "1");
  EXPECT_TRUE(request.set_target("http://host"));
  EXPECT_TRUE(request.segments().empty());
  EXPECT_TRUE(request.set_target("*"));
  for (const char* bad : {"a", "", "/%", "/?%4"}) EXPECT_FALSE(request.set_target(bad)) << bad;
}

TEST(HttpRequest, finds_headers_without_regard_to_case) {
  HttpRequest request;
  request.add_header("CONTENT-type", "text/plain ; charset=utf-8");
  EXPECT_EQ(request.media_type(), "text/plain");
  EXPECT_EQ(request.header("Content-Type"), "text/plain ; charset=utf-8");
  EXPECT_FALSE(request.header("Content-Typ"));
}

}  // namespace
}  // namespace azud::io
