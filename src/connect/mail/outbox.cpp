#include "connect/mail/outbox.h"

#include <cerrno>
#include <charconv>

#include <fcntl.h>
#include <unistd.h>

namespace azud::connect {
namespace {

constexpr const char* schema = R"(
CREATE TABLE IF NOT EXISTS mail (
  id TEXT PRIMARY KEY, at INTEGER NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL, subject TEXT NOT NULL,
  text TEXT NOT NULL, bytes INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS mail_by_time ON mail (at, id);
)";

/// Closes at the end of the scope.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }

 private:
  int number_;
};

Status sync_folder(const std::filesystem::path& folder) {
  const Descriptor directory(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.number() < 0 || ::fsync(directory.number()) != 0)
    return std::unexpected(errno_error("outbox: sync " + folder.string(), errno));
  return {};
}

}  // namespace

Result<std::unique_ptr<Outbox>> Outbox::open(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(Code::io, "outbox: cannot make {}: {}", folder.string(), error.message());
  TRY_ASSIGN(table::Database index, table::Database::open(folder / "outbox.db"));
  TRY(index.execute(schema));
  return std::unique_ptr<Outbox>(new Outbox(folder, std::move(index)));
}

/// Written aside, synced, then renamed: a reader sees the whole file or none.
Status Outbox::write_file(const Mail& mail) const {
  const std::filesystem::path path = folder_ / (mail.id + ".eml");
  const std::filesystem::path aside = folder_ / ("." + mail.id + ".tmp");
  const std::string bytes = mail_bytes(mail);
  const Descriptor file(::open(aside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (file.number() < 0) return std::unexpected(errno_error("outbox: open " + aside.string(), errno));
  for (std::size_t done = 0; done < bytes.size();) {
    const ssize_t written = ::write(file.number(), bytes.data() + done, bytes.size() - done);
    if (written < 0) return std::unexpected(errno_error("outbox: write " + aside.string(), errno));
    done += static_cast<std::size_t>(written);
  }
  if (::fdatasync(file.number()) != 0) return std::unexpected(errno_error("outbox: sync " + aside.string(), errno));
  if (::rename(aside.c_str(), path.c_str()) != 0)
    return std::unexpected(errno_error("outbox: rename to " + path.string(), errno));
  return {};
}

Status Outbox::store(const std::vector<Mail>& mails) {
  if (mails.empty()) return {};
  for (const Mail& mail : mails) TRY(write_file(mail));
  TRY(sync_folder(folder_));
  const MutexLock lock(mutex_);
  const auto note = [&]() -> Status {
    TRY_ASSIGN(table::Statement insert, index_.prepare("INSERT OR REPLACE INTO mail VALUES (?, ?, ?, ?, ?, ?, ?)"));
    for (const Mail& mail : mails)
      TRY(insert.run(mail.id, mail.at, mail.from, mail.to, mail.subject, mail.text, mail_bytes(mail).size()));
    return index_.commit();
  };
  TRY(index_.begin());
  Status status = note();
  if (!status) index_.roll_back();
  ++version_;
  return status;
}

Result<Outbox::Page> Outbox::find(std::string_view search, std::size_t limit, std::string_view cursor) const {
  TimestampMs before = timestamp_max;
  std::string before_id;
  if (!cursor.empty()) {
    const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), before);
    const auto used = static_cast<std::size_t>(end - cursor.data());
    if (error != std::errc() || used >= cursor.size() || *end != ':')
      return fail(Code::invalid, "\"{}\" is not a cursor of this list", cursor);
    before_id = cursor.substr(used + 1);
  }
  const MutexLock lock(mutex_);
  constexpr std::string_view matches = " FROM mail WHERE (?1 = '' OR instr(subject, ?1) OR instr(recipient, ?1))";
  TRY_ASSIGN(table::Statement count, index_.prepare(fmt::format("SELECT count(*){}", matches)));
  TRY(count.run(search));
  Page page;
  page.total = static_cast<std::size_t>(count.integer(0));
  TRY(count.step());
  TRY_ASSIGN(table::Statement select,
             index_.prepare(fmt::format("SELECT id, at, recipient, subject, bytes{} AND (at, id) < (?2, ?3) "
                                        "ORDER BY at DESC, id DESC LIMIT ?4",
                                        matches)));
  TRY_ASSIGN(bool row, select.run(search, before, before_id, limit + 1));
  for (; row;) {
    page.mails.push_back(
        {select.text(0), select.integer(1), select.text(2), select.text(3), static_cast<uint64_t>(select.integer(4))});
    TRY_ASSIGN(row, select.step());
  }
  if (page.mails.size() > limit) {
    page.mails.pop_back();
    page.next = fmt::format("{}:{}", page.mails.back().at, page.mails.back().id);
  }
  return page;
}

Result<Mail> Outbox::get(std::string_view id) const {
  const MutexLock lock(mutex_);
  TRY_ASSIGN(table::Statement select,
             index_.prepare("SELECT at, sender, recipient, subject, text FROM mail WHERE id = ?"));
  TRY_ASSIGN(const bool there, select.run(id));
  if (!there) return fail(Code::not_found, "there is no mail {}", id);
  Mail mail{std::string(id), select.integer(0), select.text(1), select.text(2), select.text(3), select.text(4)};
  TRY(select.step());
  return mail;
}

}  // namespace azud::connect
