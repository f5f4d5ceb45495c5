#include "web/page/page_files.h"

#include <gtest/gtest.h>

#include "io/gzip.h"

namespace azud::web {
namespace {

std::string pack_of(const std::string& html, const std::string& script) {
  const std::string a = io::gzip(script), b = io::gzip(html);
  return fmt::format("azud page 1\nassets/app-1.js\ttext/javascript\tE1\t{}\t{}\nindex.html\ttext/html\tE2\t{}\t{}\n\n",
                     a.size(), script.size(), b.size(), html.size()) +
         a + b;
}

struct Sink : io::HttpResponseSink {
  void send(uint64_t, io::HttpResponse response) override { last = std::move(response); }
  io::HttpResponse last;
};

io::HttpResponse ask(const io::HttpRouter& router, std::string_view target,
                     const std::vector<io::HttpHeader>& headers) {
  io::HttpRequest request;
  EXPECT_TRUE(request.set_target(target));
  for (const io::HttpHeader& header : headers) request.add_header(header.name, header.value);
  const auto sink = std::make_shared<Sink>();
  router.dispatch(request, io::HttpResponder(sink, 0));
  return sink->last;
}

std::string header_of(const io::HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

TEST(PageFiles, are_served_packed_or_not_and_by_tag) {
  const std::string pack = pack_of("<p>page</p>", "let a = 1;");
  const auto files = read_page_pack(pack);
  ASSERT_TRUE(files) << files.error().to_text();
  io::HttpRouter router;
  add_page_routes(router, *files);

  const io::HttpResponse plain = ask(router, "/", {});
  EXPECT_EQ(plain.status, 200);
  EXPECT_EQ(plain.body, "<p>page</p>");
  EXPECT_EQ(plain.content_type, "text/html");
  EXPECT_EQ(header_of(plain, "Cache-Control"), "no-cache");
  EXPECT_NE(header_of(plain, "Content-Security-Policy").find("default-src 'self'"), std::string::npos);

  const io::HttpResponse packed = ask(router, "/assets/app-1.js", {{"Accept-Encoding", "gzip, br"}});
  EXPECT_EQ(header_of(packed, "Content-Encoding"), "gzip");
  EXPECT_EQ(io::gunzip(packed.body_view(), 100).value_or(""), "let a = 1;");
  EXPECT_NE(header_of(packed, "Cache-Control").find("immutable"), std::string::npos);

  const io::HttpResponse same = ask(router, "/index.html", {{"If-None-Match", "\"E2\""}});
  EXPECT_EQ(same.status, 304);
  EXPECT_TRUE(same.body_view().empty());
}

TEST(PageFiles, damaged_packs_are_refused) {
  const std::string pack = pack_of("a", "b");
  for (const std::string& bad : {std::string("something"), pack.substr(0, pack.size() - 1), pack + "x",
                                 std::string("azud page 1\na\tb\tc\tx\ty\n\n")}) {
    EXPECT_EQ(read_page_pack(bad).error().code(), Code::corrupt);
  }
}

TEST(PageFiles, the_program_has_its_page_or_says_so) {
  io::HttpRouter router;
  add_page_routes(router, built_in_page());
  const io::HttpResponse answer = ask(router, "/", {});
  if (built_in_page().empty()) {
    EXPECT_EQ(answer.status, 404);
  } else {
    EXPECT_NE(answer.body.find("<div id=\"app\">"), std::string::npos);
  }
}

}  // namespace
}  // namespace azud::web
