
#include <fmt/format.h>

#include "base/parse_number.h"
#include "data/text.h"
#include "gateway/sql_gateway.h"
#include "stream/eval/conversion.h"
#include "web/rest/route.h"

// The REST interface of Flink's SQL Gateway: paths, names and forms are Flink's.

namespace azud::web {

namespace {

using gateway::SqlGateway;

/// Flink's form of an error: the message, with the place in the statement, and what caused it.
io::HttpResponse failure(const Error& error) {
  const int status = error.code() == Code::not_found ? 404
                     : error.code() == Code::invalid ? 400
                                                     : http_status(error.code());
  return io::HttpResponse::json(to_text(Json{{"errors", Json::array({error.to_text()})}}), status);
}

void answer(Reply& reply, const Result<Json>& json) {
  if (json) return reply.send(json);
  reply.send(failure(json.error()));
}

std::string parameter(const io::HttpRequest& request, std::string_view name) {
  return std::string(request.path_parameter(name));
}

/// The body, which may be missing, as an object.
Result<Json> read_body(const io::HttpRequest& request) {
  if (request.body().empty()) return Json::object();
  TRY_ASSIGN(Json body, parse_json(request.body()));
  if (body.is_null()) return Json::object();
  if (!body.is_object()) return fail(Code::invalid, "the body must be a JSON object");
  return body;
}

Result<std::string> read_statement(const io::HttpRequest& request) {
  TRY_ASSIGN(const Json body, read_body(request));
  const Json statement = body.value("statement", Json());
  if (!statement.is_string()) return fail(Code::invalid, "the body must have a \"statement\"");
  return statement.get<std::string>();
}

std::string_view root_name(data::TypeKind kind) {
  switch (kind) {
    case data::TypeKind::null: return "NULL";
    case data::TypeKind::boolean: return "BOOLEAN";
    case data::TypeKind::tinyint: return "TINYINT";
    case data::TypeKind::smallint: return "SMALLINT";
    case data::TypeKind::integer: return "INTEGER";
    case data::TypeKind::bigint: return "BIGINT";
    case data::TypeKind::real: return "FLOAT";
    case data::TypeKind::double_precision: return "DOUBLE";
    case data::TypeKind::decimal: return "DECIMAL";
    case data::TypeKind::character: return "CHAR";
    case data::TypeKind::binary: return "BINARY";
    case data::TypeKind::varbinary: return "VARBINARY";
    case data::TypeKind::date: return "DATE";
    case data::TypeKind::time: return "TIME_WITHOUT_TIME_ZONE";
    case data::TypeKind::timestamp: return "TIMESTAMP_WITHOUT_TIME_ZONE";
    case data::TypeKind::timestamp_ltz: return "TIMESTAMP_WITH_LOCAL_TIME_ZONE";
    default: return "VARCHAR";  // what has no simple form comes as text
  }
}

Json type_json(const data::DataType& type, bool as_text) {
  const std::string_view name = as_text ? "VARCHAR" : root_name(type.kind());
  Json out = {{"type", name}, {"nullable", type.nullable()}};
  if (name == "VARCHAR") {
    out["length"] = !as_text && data::is_text(type.kind()) ? type.length() : data::DataType::length_max;
  } else if (data::is_text(type.kind()) || data::is_bytes(type.kind())) {
    out["length"] = type.length();
  } else if (type.kind() == data::TypeKind::decimal) {
    out["precision"] = type.precision();
    out["scale"] = type.scale();
  } else if (data::is_timestamp(type.kind()) || type.kind() == data::TypeKind::time) {
    out["precision"] = type.precision();
  }
  return out;
}

std::string_view kind_name(data::RowKind kind) {
  switch (kind) {
    case data::RowKind::insert: return "INSERT";
    case data::RowKind::update_before: return "UPDATE_BEFORE";
    case data::RowKind::update_after: return "UPDATE_AFTER";
    case data::RowKind::remove: return "DELETE";
  }
  return "INSERT";
}

/// How values are written.
enum class RowFormat : uint8_t {
  json,   ///< numbers and truth values as JSON has them, all else as text
  plain,  ///< what CAST to STRING gives, as Flink's client shows it
  own,    ///< as `azud sql` writes rows
};

void append_value(std::string& out, const data::Column& column, std::size_t row, RowFormat format) {
  if (column.is_null(row)) {
    out += "null";
    return;
  }
  const data::TypeKind kind = column.type().kind();
  if (format == RowFormat::plain && !data::is_bytes(kind)) {
    thread_local stream::ZoneCursor utc{stream::Zone()};
    std::string text;
    stream::append_cast_text(text, column, row, utc);
    return append_json_string(out, text);
  }
  const std::string text = data::to_text(column, row);
  const bool finite = text.find_first_of("NI") == std::string::npos;
  if (format == RowFormat::json && (kind == data::TypeKind::boolean || (data::is_numeric(kind) && finite)))
    out += text;
  else
    append_json_string(out, text);
}

/// {"columns":[…],"rowFormat":"JSON","data":[{"kind":"INSERT","fields":[…]},…]}
std::string results_text(const SqlGateway::Page& page, RowFormat format) {
  const bool as_text = format != RowFormat::json;
  Json columns = Json::array();
  for (const sql::Field& column : page.columns) {
    columns.push_back({{"name", column.name}, {"logicalType", type_json(column.type, as_text)}, {"comment", nullptr}});
  }
  std::string out =
      fmt::format(R"({{"columns":{},"rowFormat":"{}","data":[)", to_text(columns), as_text ? "PLAIN_TEXT" : "JSON");
  bool first = true;
  const auto begin = [&](std::string_view kind) {
    out += fmt::format(R"({}{{"kind":"{}","fields":[)", first ? "" : ",", kind);
    first = false;
  };
  for (const data::Batch& batch : page.rows) {
    for (std::size_t row = 0; row < batch.rows; ++row) {
      begin(kind_name(batch.kind(row)));
      for (std::size_t c = 0; c < batch.columns.size(); ++c) {
        if (c > 0) out += ',';
        append_value(out, *batch.columns[c], row, format);
      }
      out += "]}";
    }
  }
  for (const auto& texts : page.texts) {
    begin("INSERT");
    for (std::size_t c = 0; c < texts.size(); ++c) {
      if (c > 0) out += ',';
      append_json_string(out, texts[c]);
    }
    out += "]}";
  }
  return out + "]}";
}

/// Clients of Flink expect 32 hexadecimal digits, always the same for a job; a job of ours has a name, which "job id"
/// in the results shows.
std::string job_member(const std::string& name) {
  if (name.empty()) return {};
  uint64_t halves[] = {0xcbf29ce484222325, 0x84222325cbf29ce4};  // FNV-1a, twice
  for (uint64_t& half : halves)
    for (const char c : name) half = (half ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return fmt::format(R"(,"jobID":"{:016x}{:016x}")", halves[0], halves[1]);
}

void info(const Api& api, const io::HttpRequest&, Reply reply) {
  reply.send(Json{{"productName", "azud"}, {"version", api.site.version}});
}

void api_versions(const Api&, const io::HttpRequest&, Reply reply) {
  reply.send(Json{{"versions", {"V1", "V2", "V3"}}});
}

Result<Json> open_session(SqlGateway& sql, const io::HttpRequest& request) {
  TRY_ASSIGN(const Json body, read_body(request));
  SqlGateway::Properties properties;
  if (const auto given = body.find("properties"); given != body.end() && given->is_object())
    for (const auto& [key, value] : given->items())
      properties[key] = value.is_string() ? value.get<std::string>() : value.dump();
  TRY_ASSIGN(const std::string handle, sql.open(std::move(properties)));
  return Json{{"sessionHandle", handle}};
}

Result<Json> close_session(SqlGateway& sql, const io::HttpRequest& request) {
  TRY(sql.close(parameter(request, "session")));
  return Json{{"status", "CLOSED"}};
}

Result<Json> session_properties(SqlGateway& sql, const io::HttpRequest& request) {
  TRY_ASSIGN(const auto properties, sql.properties(parameter(request, "session")));
  return Json{{"properties", Json(properties)}};
}

Result<Json> heartbeat(SqlGateway& sql, const io::HttpRequest& request) {
  TRY(sql.touch(parameter(request, "session")));
  return Json::object();
}

Result<Json> execute(SqlGateway& sql, const io::HttpRequest& request) {
  TRY_ASSIGN(std::string statement, read_statement(request));
  TRY_ASSIGN(const std::string handle, sql.execute(parameter(request, "session"), std::move(statement)));
  return Json{{"operationHandle", handle}};
}

/// What a client sets up before its first statement; statements of a session are executed in their order.
Result<Json> configure(SqlGateway& sql, const io::HttpRequest& request) {
  TRY(execute(sql, request));
  return Json::object();
}

Result<Json> complete(SqlGateway&, const io::HttpRequest&) { return Json{{"candidates", Json::array()}}; }

Result<Json> operation_status(SqlGateway& sql, const io::HttpRequest& request) {
  TRY_ASSIGN(const std::string status, sql.status(parameter(request, "session"), parameter(request, "operation")));
  return Json{{"status", status}};
}

Result<Json> cancel(SqlGateway& sql, const io::HttpRequest& request) {
  TRY(sql.cancel(parameter(request, "session"), parameter(request, "operation")));
  return Json{{"status", "CANCELED"}};
}

Result<Json> close_operation(SqlGateway& sql, const io::HttpRequest& request) {
  TRY(sql.close_operation(parameter(request, "session"), parameter(request, "operation")));
  return Json{{"status", "CLOSED"}};
}

Result<io::HttpResponse> fetch(SqlGateway& sql, const io::HttpRequest& request) {
  const std::string_view digits = request.path_parameter("token");
  const auto token = parse_number<uint64_t>(digits);
  if (!token) return fail(Code::invalid, "\"{}\" is not a token", digits);
  const std::string_view format = request.query("rowFormat").value_or("JSON");
  if (format != "JSON" && format != "PLAIN_TEXT" && format != "OWN_TEXT")
    return fail(Code::invalid, "rowFormat is JSON or PLAIN_TEXT, not \"{}\"", format);
  TRY_ASSIGN(const auto page, sql.fetch(parameter(request, "session"), parameter(request, "operation"), *token));
  using Type = SqlGateway::Page::Type;
  std::string next;
  if (page.type != Type::end) {
    const std::string_view path = request.path();
    next = fmt::format(R"(,"nextResultUri":"{}{}?rowFormat={}")", path.substr(0, path.rfind('/') + 1), page.next_token,
                       format);
  }
  if (page.type == Type::not_ready) return io::HttpResponse::json(R"({"resultType":"NOT_READY")" + next + "}");
  return io::HttpResponse::json(
      fmt::format(R"({{"results":{},"resultType":"{}","isQueryResult":{},"resultKind":"{}"{}{}}})",
                  results_text(page, format == "JSON"         ? RowFormat::json
                                     : format == "PLAIN_TEXT" ? RowFormat::plain
                                                              : RowFormat::own),
                  page.type == Type::end ? "EOS" : "PAYLOAD", page.is_query,
                  page.is_done ? "SUCCESS" : "SUCCESS_WITH_CONTENT", job_member(page.job), next));
}

void fetch_page(const Api& api, const io::HttpRequest& request, Reply reply) {
  if (const Status allowed = may_control(api.site, request); !allowed) return reply.send(failure(allowed.error()));
  Result<io::HttpResponse> page = fetch(*api.site.sql, request);
  reply.send(page ? *std::move(page) : failure(page.error()));
}

template <Result<Json> (*handle)(SqlGateway&, const io::HttpRequest&)>
void with_sql(const Api& api, const io::HttpRequest& request, Reply reply) {
  if (const Status allowed = may_control(api.site, request); !allowed) return reply.send(failure(allowed.error()));
  answer(reply, handle(*api.site.sql, request));
}

using enum io::HttpMethod;
constexpr Route routes[] = {
    {get, "/info", info},
    {get, "/api_versions", api_versions},
    {post, "/sessions", with_sql<open_session>},
    {get, "/sessions/{session}", with_sql<session_properties>},
    {del, "/sessions/{session}", with_sql<close_session>},
    {post, "/sessions/{session}/heartbeat", with_sql<heartbeat>},
    {post, "/sessions/{session}/configure-session", with_sql<configure>},
    {get, "/sessions/{session}/complete-statement", with_sql<complete>},
    {post, "/sessions/{session}/statements", with_sql<execute>},
    {get, "/sessions/{session}/operations/{operation}/status", with_sql<operation_status>},
    {post, "/sessions/{session}/operations/{operation}/cancel", with_sql<cancel>},
    {del, "/sessions/{session}/operations/{operation}/close", with_sql<close_operation>},
    {get, "/sessions/{session}/operations/{operation}/result/{token}", fetch_page},
};

}  // namespace

std::span<const Route> sql_routes() { return routes; }

}  // namespace azud::web
