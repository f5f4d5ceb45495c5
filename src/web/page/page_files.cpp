#include "web/page/page_files.h"

#include <span>

#include "base/assert.h"
#include "base/embedded_file.h"
#include "base/parse_number.h"
#include "io/gzip.h"

namespace azud::web {

std::span<const EmbeddedFile> embedded_page();  // made by cmake/AzudEmbed.cmake

namespace {

constexpr std::string_view magic = "azud page 1\n";

std::string_view take_until(std::string_view& rest, char end) {
  const std::size_t at = rest.find(end);
  const std::string_view taken = rest.substr(0, at);
  rest.remove_prefix(at == std::string_view::npos ? rest.size() : at + 1);
  return taken;
}

bool accepts_gzip(const io::HttpRequest& request) {
  const auto accepted = request.header("Accept-Encoding");
  return accepted &&
         (accepted->find("gzip") != std::string_view::npos || accepted->find('*') != std::string_view::npos);
}

void serve(const PageFile& file, const io::HttpRequest& request, io::HttpResponder responder) {
  io::HttpResponse response;
  response.content_type = file.type;
  const bool hashed = file.path.starts_with("assets/");
  response.headers = {{"ETag", file.etag},
                      {"Cache-Control", hashed ? "public, max-age=31536000, immutable" : "no-cache"},
                      {"Vary", "Accept-Encoding"},
                      {"X-Content-Type-Options", "nosniff"}};
  if (file.path == "index.html") {
    response.headers.emplace_back(
        "Content-Security-Policy",
        "default-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; "
        "img-src 'self' data: blob:; object-src 'none'; frame-ancestors 'self'; base-uri 'none'");
    response.headers.emplace_back("Referrer-Policy", "no-referrer");
  }
  if (request.header("If-None-Match") == file.etag) {
    response.status = 304;
  } else if (accepts_gzip(request)) {
    response.headers.emplace_back("Content-Encoding", "gzip");
    response.shared_body = SharedBytes(nullptr, file.packed);  // lives as long as the program
  } else if (auto plain = io::gunzip(file.packed, file.size)) {
    response.body = *std::move(plain);
  } else {
    response.status = 500;
  }
  responder.send(std::move(response));
}

}  // namespace

Result<std::vector<PageFile>> read_page_pack(ByteView pack) {
  if (!pack.starts_with(magic)) return fail(Code::corrupt, "the built page is no pack of files");
  std::string_view rest = pack.substr(magic.size());
  std::vector<PageFile> files;
  std::vector<std::size_t> sizes;
  while (!rest.empty()) {
    std::string_view line = take_until(rest, '\n');
    if (line.empty()) break;
    PageFile file;
    file.path = take_until(line, '\t');
    file.type = take_until(line, '\t');
    file.etag = fmt::format("\"{}\"", take_until(line, '\t'));
    const auto packed = parse_number<std::size_t>(take_until(line, '\t'));
    const auto size = parse_number<std::size_t>(line);
    if (!packed || !size) return fail(Code::corrupt, "the built page has no sizes for {}", file.path);
    file.size = *size;
    sizes.push_back(*packed);
    files.push_back(std::move(file));
  }
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (sizes[i] > rest.size()) return fail(Code::corrupt, "the built page ends within {}", files[i].path);
    files[i].packed = rest.substr(0, sizes[i]);
    rest.remove_prefix(sizes[i]);
  }
  if (!rest.empty()) return fail(Code::corrupt, "the built page has {} bytes after its last file", rest.size());
  return files;
}

void add_page_routes(io::HttpRouter& router, const std::vector<PageFile>& files) {
  for (const PageFile& file : files) {
    const auto handler = [&file](const io::HttpRequest& request, io::HttpResponder responder) {
      serve(file, request, std::move(responder));
    };
    router.add(io::HttpMethod::get, fmt::format("/{}", file.path), handler);
    if (file.path == "index.html") router.add(io::HttpMethod::get, "/", handler);
  }
  if (files.empty()) {
    router.add(io::HttpMethod::get, "/", [](const io::HttpRequest&, io::HttpResponder responder) {
      responder.send(
          io::HttpResponse::text("this azud was built without its page (AZUD_UI=OFF); the API is under /api/\n", 404));
    });
  }
}

const std::vector<PageFile>& built_in_page() {
  static const std::vector<PageFile> files = [] {
    const std::span<const EmbeddedFile> embedded = embedded_page();
    if (embedded.empty() || embedded.front().content.empty()) return std::vector<PageFile>();
    auto read = read_page_pack(embedded.front().content);
    AZUD_ASSERT(read.has_value(), "the page in the program is whole");
    return *std::move(read);
  }();
  return files;
}

}  // namespace azud::web
