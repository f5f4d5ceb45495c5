#include "web/topic/template_text.h"

#include "base/json_depth.h"
#include "web/topic/row_reader.h"

namespace azud::web {

std::string fill_template(std::string_view text, const Json& row) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t open = text.find('{', at);
    const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) return out.append(text.substr(at));
    out += text.substr(at, open - at);
    const auto member = row.find(text.substr(open + 1, close - open - 1));
    if (member != row.end() && !member->is_null())
      out += member->is_string() ? member->get<std::string>() : to_text(*member);
    at = close + 1;
  }
  return out;
}

Json row_json(ByteView value, bool csv, const std::vector<std::string>& csv_names) {
  if (!csv) {
    if (nests_too_deep(value)) return Json::object();
    Json row = Json::parse(value, nullptr, false);
    return row.is_object() ? std::move(row) : Json::object();
  }
  RowReader reader(RowReader::Format::csv, csv_names, csv_names);
  kafka::RecordView record;
  record.value = value;
  Json row = Json::object();
  if (!reader.read(record)) return row;
  for (std::size_t i = 0; i < csv_names.size(); ++i) row[csv_names[i]] = or_null(reader.cells()[i]);
  return row;
}

}  // namespace azud::web
