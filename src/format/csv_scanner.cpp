#include "format/csv_scanner.h"

#include <cstring>

namespace azud::format {
namespace {

bool is_line_end(char c) { return c == '\n' || c == '\r'; }
bool is_space(char c) { return static_cast<unsigned char>(c) <= ' ' && !is_line_end(c); }

}  // namespace

CsvScanner::CsvScanner(const CsvOptions& options)
    : delimiter_(options.delimiter),
      quote_(options.quote),
      escape_(options.escape),
      trim_spaces_(options.trim_spaces),
      allow_comments_(options.allow_comments) {
  stops_['\n'] = stops_['\r'] = true;
  stops_[static_cast<unsigned char>(delimiter_.front())] = true;
  if (escape_ != 0) stops_[static_cast<unsigned char>(escape_)] = true;
}

bool CsvScanner::start(std::string_view message) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (message.starts_with(byte_order_mark)) message.remove_prefix(byte_order_mark.size());
  at_ = message.data();
  end_ = at_ + message.size();
  seen_ = 0;
  while (allow_comments_) {
    const char* p = at_;
    while (p != end_ && is_space(*p)) ++p;
    if (p == end_ || *p != '#') break;
    while (p != end_ && !is_line_end(*p)) ++p;
    if (p != end_) p += *p == '\r' && p + 1 != end_ && p[1] == '\n' ? 2 : 1;
    at_ = p;
  }
  more_ = at_ != end_;
  return more_;
}

bool CsvScanner::is_delimiter(const char* at) const {
  if (*at != delimiter_.front()) return false;
  return delimiter_.size() == 1 || (static_cast<std::size_t>(end_ - at) >= delimiter_.size() &&
                                    std::memcmp(at, delimiter_.data(), delimiter_.size()) == 0);
}

/// Stands behind a field: steps over the delimiter. False if the row is over.
bool CsvScanner::after_field() {
  more_ = at_ != end_ && is_delimiter(at_);
  if (more_) at_ += delimiter_.size();
  return more_;
}

CsvScanner::Next CsvScanner::next(std::string_view& field) {
  if (!more_) return Next::end;
  if (trim_spaces_)
    while (at_ != end_ && is_space(*at_) && !is_delimiter(at_)) ++at_;
  in_message_ = true;
  if (quote_ != 0 && at_ != end_ && *at_ == quote_) return quoted(field);
  return plain(field);
}

CsvScanner::Next CsvScanner::plain(std::string_view& field) {
  const char* const from = at_;
  const char* p = at_;
  unsigned char seen = 0;
  while (true) {
    while (p != end_ && !stops_[static_cast<unsigned char>(*p)]) seen |= static_cast<unsigned char>(*p++);
    if (p == end_ || is_line_end(*p)) break;
    if (escape_ != 0 && *p == escape_) return escaped_plain(from, field);
    if (is_delimiter(p)) break;
    seen |= static_cast<unsigned char>(*p++);
  }
  seen_ |= seen;
  field = std::string_view(from, static_cast<std::size_t>(p - from));
  if (trim_spaces_)
    while (!field.empty() && is_space(field.back())) field.remove_suffix(1);
  at_ = p;
  after_field();
  return Next::field;
}

char CsvScanner::unescaped(char c) {
  switch (c) {
    case '0': return '\0';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    default: return c;
  }
}

CsvScanner::Next CsvScanner::escaped_plain(const char* from, std::string_view& field) {
  scratch_.clear();
  in_message_ = false;
  const char* p = from;
  while (p != end_ && !is_line_end(*p) && !is_delimiter(p)) {
    if (*p == escape_) {
      if (++p == end_) return Next::unfinished_escape;
      scratch_ += unescaped(*p);
    } else {
      scratch_ += *p;
    }
    seen_ |= static_cast<unsigned char>(*p++);
  }
  field = scratch_;
  if (trim_spaces_)
    while (!field.empty() && is_space(field.back())) field.remove_suffix(1);
  at_ = p;
  after_field();
  return Next::field;
}

CsvScanner::Next CsvScanner::quoted(std::string_view& field) {
  const char* run = ++at_;  // what has not been copied to scratch_ begins here
  const char* p = at_;
  bool copied = false;
  const auto keep = [&](const char* to) {
    if (!copied) scratch_.clear();
    copied = true;
    scratch_.append(run, to);
  };
  while (true) {
    while (p != end_ && *p != quote_ && (escape_ == 0 || *p != escape_)) seen_ |= static_cast<unsigned char>(*p++);
    if (p == end_) return Next::unclosed_quote;
    if (escape_ != 0 && *p == escape_) {
      keep(p);
      if (++p == end_) return Next::unclosed_quote;
      scratch_ += unescaped(*p);
      seen_ |= static_cast<unsigned char>(*p);
      run = ++p;
      continue;
    }
    if (p + 1 == end_ || p[1] != quote_) break;
    keep(p + 1);  // a doubled quote is one
    p += 2;
    run = p;
  }
  if (copied) keep(p);
  in_message_ = !copied;
  field = copied ? std::string_view(scratch_) : std::string_view(run, static_cast<std::size_t>(p - run));
  at_ = p + 1;
  while (at_ != end_ && is_space(*at_) && !is_delimiter(at_)) ++at_;
  if (at_ != end_ && !is_line_end(*at_) && !is_delimiter(at_)) return Next::text_after_quote;
  after_field();
  return Next::field;
}

}  // namespace azud::format
