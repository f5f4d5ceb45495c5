#include "web/dashboard/dashboards.h"

#include <set>

#include "base/logging.h"
#include "config/document.h"

namespace azud::web {

namespace {

Result<Dashboard> read(Result<config::Node> node) {
  if (!node) return std::unexpected(std::move(node).error());
  return read_dashboard(*node);
}

}  // namespace

Dashboards::Dashboards(const std::vector<std::pair<std::string, std::string>>& files) {
  const MutexLock lock(mutex_);
  for (const auto& [name, text] : files) take(name, read(config::Node::parse(text, name)));
}

void Dashboards::take(const std::string& name, Result<Dashboard> read) {
  File& file = files_[name];
  if (read) {
    for (const auto& [other_name, other] : files_) {
      if (other_name != name && other.entry.dashboard && other.entry.dashboard->uid == read->uid) {
        read = fail(Code::invalid, "{}: uid \"{}\" is taken by {}", name, read->uid, other_name);
        break;
      }
    }
  }
  if (read) {
    file.entry = {name, std::make_shared<const Dashboard>(*std::move(read)), std::nullopt};
  } else {
    log_warn("dashboard {}", read.error().to_text());
    file.entry.file = name;
    file.entry.error = std::move(read).error();
  }
}

void Dashboards::refresh() {
  if (folder_.empty()) return;
  const MutexLock lock(mutex_);
  std::set<std::string> seen;
  std::error_code error;
  for (const auto& found : std::filesystem::directory_iterator(folder_, error)) {
    const std::filesystem::path& path = found.path();
    if (path.extension() != ".yaml" && path.extension() != ".yml") continue;
    const std::string name = path.filename().string();
    seen.insert(name);
    std::error_code gone;
    const auto changed = std::filesystem::last_write_time(path, gone);
    const auto size = std::filesystem::file_size(path, gone);
    const auto known = files_.find(name);
    if (gone || (known != files_.end() && known->second.changed == changed && known->second.size == size)) continue;
    take(name, read(config::Node::load(path)));
    files_[name].changed = changed;
    files_[name].size = size;
  }
  std::erase_if(files_, [&](const auto& entry) { return !seen.contains(entry.first); });
}

std::vector<Dashboards::Entry> Dashboards::list() const {
  const MutexLock lock(mutex_);
  std::vector<Entry> out;
  for (const auto& [name, file] : files_) out.push_back(file.entry);
  return out;
}

std::shared_ptr<const Dashboard> Dashboards::find(std::string_view uid) const {
  const MutexLock lock(mutex_);
  for (const auto& [name, file] : files_) {
    if (file.entry.dashboard && file.entry.dashboard->uid == uid) return file.entry.dashboard;
  }
  return nullptr;
}

Status Dashboards::check() const {
  const MutexLock lock(mutex_);
  for (const auto& [name, file] : files_) {
    if (file.entry.error) return std::unexpected(*file.entry.error);
  }
  return {};
}

}  // namespace azud::web
