#include "gateway/kept_jobs.h"

#include <future>
#include <optional>

#include "base/logging.h"
#include "base/varint.h"

namespace azud::gateway {
namespace {

constexpr const char* table = "sql_jobs";
constexpr char version = 1;

std::string encode(const std::vector<std::string>& statements) {
  std::string out(1, version);
  append_varint(out, statements.size());
  for (const std::string& statement : statements) append_sized(out, statement);
  return out;
}

std::optional<std::vector<std::string>> decode(ByteView in) {
  if (in.empty() || in.front() != version) return std::nullopt;
  in.remove_prefix(1);
  uint64_t count = 0;
  if (!take_varint(in, count) || count > in.size()) return std::nullopt;
  std::vector<std::string> statements;
  for (; count > 0; --count) {
    ByteView statement;
    if (!take_sized(in, statement)) return std::nullopt;
    statements.emplace_back(statement);
  }
  if (!in.empty()) return std::nullopt;
  return statements;
}

}  // namespace

Status KeptJobs::commit(log::WriteBatch batch) {
  std::promise<Status> written;
  log_.commit(std::move(batch), [&written](Result<std::vector<log::Appended>> result) {
    written.set_value(result ? Status() : Status(std::unexpected(std::move(result).error())));
  });
  return written.get_future().get();
}

Status KeptJobs::keep(const Entry& entry) {
  log::WriteBatch batch;
  batch.put(table, entry.name, encode(entry.statements));
  return commit(std::move(batch));
}

Status KeptJobs::forget(const std::string& name) {
  if (!has(name)) return fail(Code::not_found, "no job called {} is kept", name);
  log::WriteBatch batch;
  batch.erase(table, name);
  return commit(std::move(batch));
}

bool KeptJobs::has(std::string_view name) const { return log_.get(table, name).has_value(); }

std::vector<KeptJobs::Entry> KeptJobs::all() const {
  std::vector<Entry> entries;
  for (const auto& [name, bytes] : log_.scan(table, "")) {
    if (auto statements = decode(bytes))
      entries.push_back({name, *std::move(statements)});
    else
      log_error("job {}: its statements in the log are not of version {} or break off", name, int{version});
  }
  return entries;
}

}  // namespace azud::gateway
