#include "web/topic/row_reader.h"

#include <algorithm>

#include <simdjson.h>

#include "base/parse_number.h"
#include "data/time_text.h"

namespace azud::web {

struct RowReader::Json {
  simdjson::ondemand::parser parser;
  std::string padded;
  std::vector<std::string> texts;  ///< unescaped texts, one a wanted column
};

RowReader::RowReader(Format format, std::vector<std::string> names, std::vector<std::string> wanted)
    : format_(format), wanted_(std::move(wanted)), cells_(wanted_.size()), json_(std::make_unique<Json>()) {
  for (const std::string& column : wanted_) {
    const auto at = std::find(names.begin(), names.end(), column);
    places_.push_back(at == names.end() ? -1 : static_cast<int>(at - names.begin()));
  }
  json_->texts.resize(wanted_.size());
}

RowReader::~RowReader() = default;
RowReader::RowReader(RowReader&&) noexcept = default;
RowReader& RowReader::operator=(RowReader&&) noexcept = default;

bool RowReader::read(const kafka::RecordView& record) {
  std::fill(cells_.begin(), cells_.end(), std::nullopt);
  const bool good = !record.value || (format_ == Format::json ? read_json(*record.value) : read_csv(*record.value));
  for (std::size_t i = 0; i < wanted_.size(); ++i) {
    if (wanted_[i] == "$key") cells_[i] = record.key;
    if (wanted_[i] == "$timestamp") {
      timestamp_ = std::to_string(record.timestamp);
      cells_[i] = timestamp_;
    }
  }
  return good;
}

bool RowReader::read_json(ByteView value) {
  std::string& padded = json_->padded;
  padded.assign(value);
  padded.append(simdjson::SIMDJSON_PADDING, '\0');
  simdjson::ondemand::document document;
  if (json_->parser.iterate(padded.data(), value.size(), padded.size()).get(document) != simdjson::SUCCESS)
    return false;
  simdjson::ondemand::object object;
  if (document.get_object().get(object) != simdjson::SUCCESS) return false;
  for (auto member : object) {
    simdjson::ondemand::raw_json_string key;
    if (member.key().get(key) != simdjson::SUCCESS) return false;
    const auto at = std::find_if(wanted_.begin(), wanted_.end(), [&](const std::string& name) { return key == name; });
    if (at == wanted_.end()) continue;
    const std::size_t i = static_cast<std::size_t>(at - wanted_.begin());
    simdjson::ondemand::value one;
    if (member.value().get(one) != simdjson::SUCCESS) return false;
    simdjson::ondemand::json_type type;
    if (one.type().get(type) != simdjson::SUCCESS) return false;
    if (type == simdjson::ondemand::json_type::string) {
      std::string_view text;
      if (one.get_string().get(text) != simdjson::SUCCESS) return false;
      json_->texts[i].assign(text);
      cells_[i] = json_->texts[i];
    } else if (type == simdjson::ondemand::json_type::number || type == simdjson::ondemand::json_type::boolean) {
      std::string_view token = one.raw_json_token();
      token.remove_suffix(token.size() - std::min(token.size(), token.find_last_not_of(" \t\r\n") + 1));
      cells_[i] = token;
    }
  }
  return true;
}

bool RowReader::read_csv(ByteView value) {
  csv_fields_.clear();
  std::size_t at = 0;
  for (;;) {
    std::string field;
    if (at < value.size() && value[at] == '"') {
      for (++at; at < value.size(); ++at) {
        if (value[at] != '"') {
          field += value[at];
        } else if (at + 1 < value.size() && value[at + 1] == '"') {
          field += value[at++];
        } else {
          break;
        }
      }
      if (at >= value.size()) return false;  // the quote was never closed
      at = value.find(',', at);
    } else {
      const std::size_t end = std::min(value.find(',', at), value.size());
      field = value.substr(at, end - at);
      at = end < value.size() ? end : ByteView::npos;
    }
    csv_fields_.push_back(std::move(field));
    if (at == ByteView::npos) break;
    ++at;
  }
  for (std::size_t i = 0; i < wanted_.size(); ++i) {
    if (places_[i] >= 0 && static_cast<std::size_t>(places_[i]) < csv_fields_.size()) {
      cells_[i] = csv_fields_[static_cast<std::size_t>(places_[i])];
    }
  }
  return true;
}

std::optional<double> parse_number_cell(std::string_view text) { return parse_number<double>(text); }

std::optional<TimestampMs> parse_time_cell(std::string_view text) {
  if (const auto ms = parse_number<TimestampMs>(text)) return ms;
  if (text.ends_with('Z')) text.remove_suffix(1);
  const auto us = data::parse_timestamp(text, text.find('T') == std::string_view::npos ? ' ' : 'T');
  if (!us) return std::nullopt;
  return data::us_to_ms(*us);
}

}  // namespace azud::web
