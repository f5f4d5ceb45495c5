#include "table/database.h"

#include <sqlite3.h>

namespace azud::table {
namespace {

std::unexpected<Error> failure(sqlite3* handle, int result, std::string_view what) {
  const Code code = result == SQLITE_FULL ? Code::storage_full : result == SQLITE_CORRUPT ? Code::corrupt : Code::io;
  return fail(code, "table: {}: {}", what, sqlite3_errmsg(handle));
}

}  // namespace

Result<Database> Database::open(const std::filesystem::path& file) {
  sqlite3* raw = nullptr;
  const int result =
      sqlite3_open_v2(file.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX, nullptr);
  std::shared_ptr<sqlite3> handle(raw, sqlite3_close_v2);
  if (result != SQLITE_OK) return failure(raw, result, file.string());
  sqlite3_busy_timeout(raw, 10'000);
  Database database(std::move(handle));
  TRY(database.execute("PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON"));
  TRY(database.sync_commits(true));
  return database;
}

Status Database::execute(const std::string& statements) {
  const int result = sqlite3_exec(handle_.get(), statements.c_str(), nullptr, nullptr, nullptr);
  if (result != SQLITE_OK) return failure(handle_.get(), result, statements.substr(0, 60));
  return {};
}

void Database::roll_back() { sqlite3_exec(handle_.get(), "ROLLBACK", nullptr, nullptr, nullptr); }

Result<Statement> Database::prepare(const std::string& statement) {
  sqlite3_stmt* raw = nullptr;
  const int result = sqlite3_prepare_v3(handle_.get(), statement.c_str(), static_cast<int>(statement.size()),
                                        SQLITE_PREPARE_PERSISTENT, &raw, nullptr);
  if (result != SQLITE_OK) return failure(handle_.get(), result, statement.substr(0, 60));
  // The statement keeps its connection open.
  return Statement(
      std::shared_ptr<sqlite3_stmt>(raw, [keep = handle_](sqlite3_stmt* held) { sqlite3_finalize(held); }));
}

void Statement::reset() {
  sqlite3_reset(handle_.get());
  sqlite3_clear_bindings(handle_.get());
}

Result<bool> Statement::step() {
  const int result = sqlite3_step(handle_.get());
  if (result == SQLITE_ROW) return true;
  if (result == SQLITE_DONE) {
    sqlite3_reset(handle_.get());
    return false;
  }
  return failure(sqlite3_db_handle(handle_.get()), result, "statement");
}

void Statement::bind(int place, int64_t value) { sqlite3_bind_int64(handle_.get(), place, value); }
void Statement::bind(int place, double value) { sqlite3_bind_double(handle_.get(), place, value); }
void Statement::bind(int place, std::string_view value) {
  sqlite3_bind_text64(handle_.get(), place, value.data(), value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}
void Statement::bind(int place, std::nullptr_t) { sqlite3_bind_null(handle_.get(), place); }

int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle_.get(), column); }
double Statement::number(int column) const { return sqlite3_column_double(handle_.get(), column); }
bool Statement::is_null(int column) const { return sqlite3_column_type(handle_.get(), column) == SQLITE_NULL; }
std::string Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(handle_.get(), column));
  return bytes == nullptr ? std::string()
                          : std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_.get(), column)));
}
std::optional<int64_t> Statement::optional_integer(int column) const {
  return is_null(column) ? std::nullopt : std::optional(integer(column));
}
std::optional<std::string> Statement::optional_text(int column) const {
  return is_null(column) ? std::nullopt : std::optional(text(column));
}

}  // namespace azud::table
