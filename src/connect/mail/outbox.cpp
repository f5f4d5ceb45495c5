#include "connect/mail/outbox.h"

#include <array>
#include <charconv>
#include <random>

namespace azud::connect {
namespace {

constexpr std::array<std::string_view, 4> state_names = {"queued", "sent", "stored", "failed"};

// `origin` names this outbox in Message-IDs: a mail server that has seen one from another installation must not take
// ours for its copy. Version 1 had no states: its mails lie in the folder.
constexpr const char* schema_1 = R"(
CREATE TABLE IF NOT EXISTS mail (
  id TEXT PRIMARY KEY, at INTEGER NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL, subject TEXT NOT NULL,
  text TEXT NOT NULL, bytes INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS mail_by_time ON mail (at, id);
)";
constexpr const char* schema_2 = R"(
ALTER TABLE mail ADD COLUMN state INTEGER NOT NULL DEFAULT 2;
ALTER TABLE mail ADD COLUMN attempts INTEGER NOT NULL DEFAULT 1;
ALTER TABLE mail ADD COLUMN queued_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mail ADD COLUMN next_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE mail ADD COLUMN remaining TEXT NOT NULL DEFAULT '';
ALTER TABLE mail ADD COLUMN error TEXT;
CREATE INDEX mail_queued ON mail (next_at) WHERE state = 0;
CREATE TABLE outbox (origin TEXT NOT NULL);
PRAGMA user_version = 2;
)";

std::string new_origin() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}", random(), random());
}

// What is done with is found by its age without reading the rest.
constexpr const char* index_of_done = "CREATE INDEX IF NOT EXISTS mail_done ON mail (queued_at) WHERE state <> 0";

Status set_up(table::Database& database) {
  TRY(database.execute(schema_1));
  TRY_ASSIGN(table::Statement select, database.prepare("PRAGMA user_version"));
  TRY(select.run());
  const int64_t version = select.integer(0);
  TRY(select.step());
  if (version >= 2) return database.execute(index_of_done);
  TRY(database.begin());
  const auto upgrade = [&]() -> Status {
    TRY(database.execute(schema_2));
    TRY_ASSIGN(table::Statement insert, database.prepare("INSERT INTO outbox VALUES (?)"));
    TRY(insert.run(new_origin()));
    TRY(database.execute(index_of_done));
    return database.commit();
  };
  Status status = upgrade();
  if (!status) database.roll_back();
  return status;
}

constexpr std::string_view entry_columns = "id, at, recipient, subject, bytes, state, attempts, error";

MailEntry read_entry(const table::Statement& row) {
  return {.id = row.text(0),
          .at = row.integer(1),
          .to = row.text(2),
          .subject = row.text(3),
          .state = static_cast<MailState>(row.integer(5)),
          .attempts = static_cast<uint32_t>(row.integer(6)),
          .error = row.optional_text(7),
          .bytes = static_cast<uint64_t>(row.integer(4))};
}

}  // namespace

std::string_view to_string(MailState state) { return state_names[static_cast<std::size_t>(state)]; }

Result<std::unique_ptr<Outbox>> Outbox::open(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) return fail(Code::io, "outbox: cannot make {}: {}", folder.string(), error.message());
  TRY_ASSIGN(table::Database writer, table::Database::open(folder / "outbox.db"));
  TRY(set_up(writer));
  TRY_ASSIGN(table::Database reader, table::Database::open(folder / "outbox.db"));
  TRY_ASSIGN(table::Statement select, reader.prepare("SELECT origin FROM outbox"));
  TRY(select.run());
  std::string origin = select.text(0);
  TRY(select.step());
  return std::unique_ptr<Outbox>(new Outbox(folder, std::move(origin), std::move(writer), std::move(reader)));
}

Status Outbox::change(const std::function<Status(table::Database& database)>& what) {
  const MutexLock lock(write_mutex_);
  TRY(writer_.begin());
  Status status = what(writer_);
  if (status) status = writer_.commit();
  if (!status) writer_.roll_back();
  ++version_;
  return status;
}

Status Outbox::store(const std::vector<Mail>& mails, TimestampMs now) {
  if (mails.empty()) return {};
  const Status stored = change([&](table::Database& database) -> Status {
    TRY_ASSIGN(table::Statement insert,
               database.prepare("INSERT OR IGNORE INTO mail (id, at, sender, recipient, subject, text, bytes, state, "
                                "attempts, queued_at) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, ?)"));
    for (const Mail& mail : mails)
      TRY(insert.run(mail.id, mail.at, mail.from, mail.to, mail.subject, mail.text, mail_bytes(mail).size(), now));
    return {};
  });
  TRY(stored);
  const MutexLock lock(callback_mutex_);
  if (on_queued_) on_queued_();
  return {};
}

void Outbox::on_queued(std::function<void()> callback) {
  const MutexLock lock(callback_mutex_);
  on_queued_ = std::move(callback);
}

Result<std::vector<Outbox::Queued>> Outbox::due(TimestampMs now, std::size_t limit) const {
  const MutexLock lock(read_mutex_);
  TRY_ASSIGN(table::Statement select,
             reader_.prepare("SELECT id, at, sender, recipient, subject, text, remaining, attempts, queued_at "
                             "FROM mail WHERE state = 0 AND next_at <= ? ORDER BY next_at, rowid LIMIT ?"));
  std::vector<Queued> found;
  TRY_ASSIGN(bool row, select.run(now, limit));
  for (; row;) {
    found.push_back({.mail = {.id = select.text(0),
                              .at = select.integer(1),
                              .from = select.text(2),
                              .to = select.text(3),
                              .subject = select.text(4),
                              .text = select.text(5),
                              .origin = origin_},
                     .remaining = select.text(6),
                     .attempts = static_cast<uint32_t>(select.integer(7)),
                     .queued_at = select.integer(8)});
    TRY_ASSIGN(row, select.step());
  }
  return found;
}

Result<std::optional<TimestampMs>> Outbox::next_due() const {
  const MutexLock lock(read_mutex_);
  TRY_ASSIGN(table::Statement select, reader_.prepare("SELECT min(next_at) FROM mail WHERE state = 0"));
  TRY(select.run());
  const auto at = select.optional_integer(0);
  TRY(select.step());
  return at;
}

Status Outbox::note(const std::vector<Note>& notes) {
  return change([&](table::Database& database) -> Status {
    TRY_ASSIGN(table::Statement update,
               database.prepare("UPDATE mail SET state = ?, attempts = attempts + 1, error = ?, next_at = ?, "
                                "remaining = ? WHERE id = ?"));
    for (const Note& one : notes)
      TRY(update.run(static_cast<int>(one.state), one.error, one.next_at, one.remaining, one.id));
    return {};
  });
}

Result<std::size_t> Outbox::expire(TimestampMs queued_before, const std::string& error) {
  std::size_t count = 0;
  const Status changed = change([&](table::Database& database) -> Status {
    TRY_ASSIGN(table::Statement update,
               database.prepare("UPDATE mail SET state = 3, error = ? WHERE state = 0 AND queued_at < ? "
                                "RETURNING 1"));
    TRY_ASSIGN(bool row, update.run(error, queued_before));
    for (; row; ++count) {
      TRY_ASSIGN(row, update.step());
    }
    return {};
  });
  TRY(changed);
  return count;
}

Result<std::size_t> Outbox::remove_done(TimestampMs queued_before, std::size_t limit) {
  struct Done {
    std::string id;
    MailState state;
  };
  std::vector<Done> gone;
  {
    const MutexLock lock(read_mutex_);
    TRY_ASSIGN(table::Statement select,
               reader_.prepare("SELECT id, state FROM mail WHERE state <> 0 AND queued_at < ? LIMIT ?"));
    TRY_ASSIGN(bool row, select.run(queued_before, limit));
    for (; row;) {
      gone.push_back({select.text(0), static_cast<MailState>(select.integer(1))});
      TRY_ASSIGN(row, select.step());
    }
  }
  if (gone.empty()) return 0;
  // The files first: a row that stays by a crash is found again, a file would not be.
  for (const Done& mail : gone) {
    std::error_code error;
    if (mail.state == MailState::stored) std::filesystem::remove(file_of(mail.id), error);
    if (error) return fail(Code::io, "outbox: cannot remove {}: {}", file_of(mail.id).string(), error.message());
  }
  Status removed = change([&](table::Database& database) -> Status {
    TRY_ASSIGN(table::Statement remove, database.prepare("DELETE FROM mail WHERE id = ? AND state <> 0"));
    for (const Done& mail : gone) TRY(remove.run(mail.id));
    return {};
  });
  TRY(std::move(removed));
  return gone.size();
}

Result<MailPage> Outbox::find(std::string_view search, std::size_t limit, std::string_view cursor) const {
  TimestampMs before = timestamp_max;
  std::string before_id;
  if (!cursor.empty()) {
    const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), before);
    const auto used = static_cast<std::size_t>(end - cursor.data());
    if (error != std::errc() || used >= cursor.size() || *end != ':')
      return fail(Code::invalid, "\"{}\" is not a cursor of this list", cursor);
    before_id = cursor.substr(used + 1);
  }
  const MutexLock lock(read_mutex_);
  constexpr std::string_view matches = " FROM mail WHERE (?1 = '' OR instr(subject, ?1) OR instr(recipient, ?1))";
  TRY_ASSIGN(table::Statement count, reader_.prepare(search.empty() ? "SELECT count(*) FROM mail WHERE ?1 = ''"
                                                                    : fmt::format("SELECT count(*){}", matches)));
  TRY(count.run(search));
  MailPage page;
  page.total = static_cast<std::size_t>(count.integer(0));
  TRY(count.step());
  TRY_ASSIGN(table::Statement select,
             reader_.prepare(fmt::format("SELECT {}{} AND (at, id) < (?2, ?3) ORDER BY at DESC, id DESC LIMIT ?4",
                                         entry_columns, matches)));
  TRY_ASSIGN(bool row, select.run(search, before, before_id, limit + 1));
  for (; row;) {
    page.mails.push_back(read_entry(select));
    TRY_ASSIGN(row, select.step());
  }
  if (page.mails.size() > limit) {
    page.mails.pop_back();
    page.next = fmt::format("{}:{}", page.mails.back().at, page.mails.back().id);
  }
  return page;
}

Result<Outbox::Content> Outbox::get(std::string_view id) const {
  const MutexLock lock(read_mutex_);
  TRY_ASSIGN(table::Statement select,
             reader_.prepare(fmt::format("SELECT {}, sender, text FROM mail WHERE id = ?", entry_columns)));
  TRY_ASSIGN(const bool there, select.run(id));
  if (!there) return fail(Code::not_found, "there is no mail {}", id);
  Content content{.entry = read_entry(select), .mail = {}};
  content.mail = {.id = content.entry.id,
                  .at = content.entry.at,
                  .from = select.text(8),
                  .to = content.entry.to,
                  .subject = content.entry.subject,
                  .text = select.text(9),
                  .origin = origin_};
  TRY(select.step());
  return content;
}

}  // namespace azud::connect
