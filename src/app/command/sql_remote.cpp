#include "app/command/sql_remote.h"

#include <algorithm>
#include <chrono>
#include <iostream>
#include <thread>

#include "app/command/http_call.h"
#include "app/command/report.h"
#include "app/command/result_view.h"
#include "sql/syntax/parser.h"

namespace azud::app {
namespace {

using Json = HttpCall::Json;

constexpr auto poll_pause_min = std::chrono::milliseconds(5);
constexpr auto poll_pause_max = std::chrono::milliseconds(200);

std::string short_kind(const std::string& kind) {
  if (kind == "UPDATE_BEFORE") return "-U";
  if (kind == "UPDATE_AFTER") return "+U";
  return kind == "DELETE" ? "-D" : "+I";
}

/// A statement where it stands in the whole text, blanks for all before it: errors then name its line and column there.
std::string in_place(std::string_view whole, sql::Place place) {
  std::string text(whole.substr(0, place.end));
  for (std::size_t i = 0; i < place.begin; ++i)
    if (text[i] != '\n') text[i] = ' ';
  return text;
}

/// An open session; closed at the end.
class RemoteSession {
 public:
  RemoteSession(HttpCall& http, std::string path) : http_(http), path_(std::move(path)) {}
  ~RemoteSession() { static_cast<void>(http_.remove(path_)); }
  RemoteSession(const RemoteSession&) = delete;
  RemoteSession& operator=(const RemoteSession&) = delete;
  const std::string& path() const { return path_; }

 private:
  HttpCall& http_;
  std::string path_;
};

std::vector<std::string> texts_of(const Json& fields) {
  std::vector<std::string> texts;
  for (const Json& field : fields)
    texts.push_back(field.is_null() ? "null" : field.is_string() ? field.get<std::string>() : field.dump());
  return texts;
}

/// What is no query: listings as tables, a job's name as a sentence, nothing for OK.
void show_listing(const Json& page) {
  std::vector<std::vector<std::string>> rows(1);
  for (const Json& column : page["results"]["columns"]) rows.front().push_back(column.value("name", ""));
  for (const Json& row : page["results"]["data"]) rows.push_back(texts_of(row["fields"]));
  if (rows.size() == 1) return;
  if (rows.front().size() > 1) {
    std::cout << table(rows);
  } else if (rows.front().front() == "job id") {
    std::cout << "job " << rows[1].front() << " runs\n";
  } else {
    for (std::size_t i = 1; i < rows.size(); ++i)
      if (rows[i].front() != "OK") std::cout << rows[i].front() << '\n';
  }
  std::cout << std::flush;
}

Status follow(HttpCall& http, const std::string& operation, bool changelog) {
  std::unique_ptr<ResultView> view;
  std::string next = operation + "/result/0?rowFormat=OWN_TEXT";
  for (auto pause = poll_pause_min; !next.empty() && !stop_requested();) {
    TRY_ASSIGN(const Json page, http.get(next));
    next = page.value("nextResultUri", Json()).is_string() ? page["nextResultUri"].get<std::string>() : "";
    const bool ready = page.value("resultType", "") != "NOT_READY";
    const bool rows = ready && !page["results"]["data"].empty();
    if (ready && !page.value("isQueryResult", false)) {
      show_listing(page);
      if (rows) return {};
    } else if (ready) {
      if (!view) {
        std::vector<std::string> columns;
        for (const Json& column : page["results"]["columns"]) columns.push_back(column.value("name", ""));
        view = std::make_unique<ResultView>(std::move(columns), changelog);
      }
      for (const Json& row : page["results"]["data"])
        view->change(short_kind(row.value("kind", "")), texts_of(row["fields"]));
      view->show();
    }
    if (next.empty()) break;
    pause = rows ? poll_pause_min : std::min(2 * pause, poll_pause_max);
    if (!rows) std::this_thread::sleep_for(pause);
  }
  if (view) view->show(true);
  return {};
}

}  // namespace

Status run_sql_remotely(const RemoteSql& options) try {
  // Parsed here first: the place of an error is then that in the whole text.
  const auto source = std::make_shared<const sql::Source>(options.name, options.text);
  TRY_ASSIGN(const auto statements, sql::parse_script(source));
  HttpCall http(options.server);
  TRY_ASSIGN(const Json opened, http.post("/v2/sessions", {{"sessionName", "azud sql"}}));
  const RemoteSession session(http, "/v2/sessions/" + opened.value("sessionHandle", ""));
  for (const sql::ast::Statement& statement : statements) {
    if (stop_requested()) break;
    const std::string text = in_place(source->text(), statement.place);
    TRY_ASSIGN(const Json started, http.post(session.path() + "/statements", {{"statement", text}}));
    const std::string operation = session.path() + "/operations/" + started.value("operationHandle", "");
    Status followed = follow(http, operation, options.changelog);
    static_cast<void>(http.remove(operation + "/close"));
    if (!followed && followed.error().code() == Code::cancelled) break;
    TRY(std::move(followed));
  }
  return {};
} catch (const Json::exception&) {
  return fail(Code::corrupt, "{} answers in another form than a SQL gateway", options.server);
}

}  // namespace azud::app
