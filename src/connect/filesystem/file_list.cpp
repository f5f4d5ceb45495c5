#include "connect/filesystem/file_list.h"

#include <algorithm>
#include <chrono>

#include <re2/re2.h>

namespace azud::connect {
namespace {

namespace fs = std::filesystem;

bool is_hidden(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.starts_with('.') || name.starts_with('_');
}

FoundFile describe(const fs::path& path) {
  std::error_code error;
  FoundFile out{.path = path.string()};
  out.size = fs::file_size(path, error);
  const auto modified = std::chrono::file_clock::to_sys(fs::last_write_time(path, error));
  out.modified_ms = std::chrono::duration_cast<std::chrono::milliseconds>(modified.time_since_epoch()).count();
  return out;
}

Status find_below(const fs::path& directory, std::vector<FoundFile>& out) {
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    if (is_hidden(at->path())) continue;
    if (at->is_directory(error))
      TRY(find_below(at->path(), out));
    else if (at->is_regular_file(error))
      out.push_back(describe(at->path()));
  }
  if (error) return std::unexpected(errno_error(directory.string(), error.value()));
  return {};
}

}  // namespace

Result<std::vector<FoundFile>> find_files(const std::string& path, const std::optional<std::string>& pattern) {
  std::error_code error;
  std::vector<FoundFile> out;
  const fs::file_status status = fs::status(path, error);
  if (!fs::exists(status)) return fail(Code::not_found, "there is no file or directory {}", path);
  if (fs::is_directory(status))
    TRY(find_below(path, out));
  else
    out.push_back(describe(path));
  if (pattern) {
    const RE2 expression(*pattern, RE2::Quiet);
    if (!expression.ok())
      return fail(Code::invalid, "'source.path.regex-pattern' cannot be read: {}", expression.error());
    std::erase_if(out, [&](const FoundFile& file) { return !RE2::FullMatch(file.path, expression); });
  }
  std::ranges::sort(out, {}, &FoundFile::path);
  return out;
}

}  // namespace azud::connect
