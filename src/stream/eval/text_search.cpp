#include <algorithm>
#include <cctype>
#include <optional>

#include <absl/container/flat_hash_map.h>

#include "stream/eval/function_table.h"
#include "stream/eval/made_text.h"
#include "stream/eval/utf8.h"

namespace azud::stream {
namespace {

using data::ColumnPtr;
using sql::Function;
using Text = std::string_view;

/// The place of `part` in characters from 1, searched from character `from` (1 = the first); 0 if it is not there. An
/// empty part is at 1.
int32_t place_of(Text part, Text text, int32_t from) {
  if (part.empty()) return 1;
  from = std::max(from, 1);
  const std::size_t start = utf8_offset(text, static_cast<std::size_t>(from - 1));
  const std::size_t found = text.find(part, start);
  return found == Text::npos ? 0 : static_cast<int32_t>(utf8_length(text.substr(0, found))) + 1;
}

/// POSITION(part IN text) and LOCATE(part, text [, from]).
Result<ColumnPtr> locate(Call& call) {
  Out<int32_t> out(call);
  const View<Text> part = call.view<Text>(0), text = call.view<Text>(1);
  for (std::size_t i = 0; i < out.rows(); ++i)
    if (!out.skip(i)) out[i] = place_of(part[i], text[i], call.args.size() > 2 ? call.view<int32_t>(2)[i] : 1);
  return out.finish();
}

/// INSTR(text, part [, from [, occurrence]]); a negative `from` searches backwards from the end. An empty part is at 1
/// however often it is asked for; backwards it is at every character.
int32_t instr_of(Text text, Text part, int64_t from, int32_t occurrence) {
  if (from == 0 || occurrence < 1) return 0;
  const auto place = [text](std::size_t found) { return static_cast<int32_t>(utf8_length(text.substr(0, found))) + 1; };
  if (from > 0) {
    if (part.empty()) return 1;
    for (std::size_t at = utf8_offset(text, static_cast<std::size_t>(from - 1));; ++at) {
      at = text.find(part, at);
      if (at == Text::npos) return 0;
      if (--occurrence == 0) return place(at);
    }
  }
  const auto length = static_cast<int64_t>(utf8_length(text));
  if (-from > length) return 0;
  for (std::size_t last = utf8_offset(text, static_cast<std::size_t>(length + from));; --last) {
    last = text.rfind(part, last);
    if (last == Text::npos) return 0;
    if (--occurrence == 0) return place(last);
    if (last == 0) return 0;
  }
}

Result<ColumnPtr> instr(Call& call) {
  Out<int32_t> out(call);
  const View<Text> text = call.view<Text>(0), part = call.view<Text>(1);
  for (std::size_t i = 0; i < out.rows(); ++i) {
    if (out.skip(i)) continue;
    out[i] = instr_of(text[i], part[i], call.args.size() > 2 ? call.view<int32_t>(2)[i] : 1,
                      call.args.size() > 3 ? call.view<int32_t>(3)[i] : 1);
  }
  return out.finish();
}

/// `between` before, between and after the characters.
void append_spread(GrowingText& out, Text text, Text between) {
  out += between;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    utf8_next(text, at);
    out += text.substr(start, at - start);
    out += between;
  }
}

/// REPLACE(text, from, to); an empty `from` is found between all characters.
Result<ColumnPtr> replace(Call& call) {
  TextOut out(call);
  out.share(call.args[0]);
  const View<Text> text = call.view<Text>(0), from = call.view<Text>(1), to = call.view<Text>(2);
  GrowingText made(call.frame.made());
  for (std::size_t i = 0; i < out.rows(); ++i) {
    if (out.skip(i)) continue;
    std::size_t found = text[i].find(from[i]);
    if (found == Text::npos) {
      out.view(i, text[i]);
      continue;
    }
    made.clear();
    if (from[i].empty()) {
      append_spread(made, text[i], to[i]);
    } else {
      std::size_t at = 0;
      for (; found != Text::npos; found = text[i].find(from[i], at)) {
        made += text[i].substr(at, found - at);
        made += to[i];
        at = found + from[i].size();
      }
      made += text[i].substr(at);
    }
    if (!out.copy(i, made)) break;
  }
  return out.finish();
}

/// SPLIT_INDEX(text, separator, index from 0): NULL past the end. An INT separator is a character's code, an empty one
/// stands for any white space.
Result<ColumnPtr> split_index(Call& call) {
  TextOut out(call);
  out.share(call.args[0]);
  const View<Text> text = call.view<Text>(0);
  const View<int32_t> index = call.view<int32_t>(2);
  const bool coded = !data::is_text(call.arg_type(1).kind());
  std::string code;
  for (std::size_t i = 0; i < out.rows(); ++i) {
    if (out.skip(i)) continue;
    Text separator;
    if (coded) {
      code.clear();
      utf8_append(code, static_cast<uint32_t>(call.view<int32_t>(1)[i]));
      separator = code;
    } else {
      separator = call.view<Text>(1)[i];
    }
    Text rest = text[i];
    int32_t left = index[i];
    if (left < 0 || rest.empty()) {
      out.set_null(i);
      continue;
    }
    const bool blank = separator.empty();
    const auto end_of_part = [&] { return blank ? rest.find_first_of(" \t\n\r\f\v") : rest.find(separator); };
    for (; left > 0; --left) {
      const std::size_t found = end_of_part();
      if (found == Text::npos) break;
      rest.remove_prefix(found + (blank ? 1 : separator.size()));
    }
    if (left > 0)
      out.set_null(i);
    else
      out.view(i, rest.substr(0, end_of_part()));
  }
  return out.finish();
}

template <bool at_start>
Result<ColumnPtr> starts_or_ends(Call& call) {
  return map_two<int8_t, Text, Text>(call, [](Text text, Text part) {
    return static_cast<int8_t>((at_start ? text.starts_with(part) : text.ends_with(part)) ? 1 : 0);
  });
}

/// Nexmark's CountChar(text, character).
Result<ColumnPtr> count_char(Call& call) {
  return map_two<int64_t, Text, Text>(call, [](Text text, Text character) {
    int64_t count = 0;
    if (character.empty()) return count;
    for (const char c : text) count += c == character.front() ? 1 : 0;
    return count;
  });
}

/// ELT(index, text, text …): the text at that place from 1.
Result<ColumnPtr> elt(Call& call) {
  TextOut out(call, {});
  for (std::size_t k = 1; k < call.args.size(); ++k) out.share(call.args[k]);
  const View<int32_t> index = call.view<int32_t>(0);
  for (std::size_t i = 0; i < out.rows(); ++i) {
    const int32_t k = index.is_null(i) ? 0 : index[i];
    if (k < 1 || static_cast<std::size_t>(k) >= call.args.size() ||
        call.view<Text>(static_cast<std::size_t>(k)).is_null(i))
      out.set_null(i);
    else
      out.view(i, call.view<Text>(static_cast<std::size_t>(k))[i]);
  }
  return out.finish();
}

/// SPLIT(text, separator): all parts, none of an empty text; an empty separator gives the characters.
Result<ColumnPtr> split(Call& call) {
  data::ColumnBuilder builder(call.type(), call.rows);
  for (const auto& owner : call.args[0].column->owners()) builder.child(0).add_owner(owner);
  const View<Text> text = call.view<Text>(0), separator = call.view<Text>(1);
  const auto fits = [&] { return call.frame.made().fits(builder.child(0).size() * sizeof(Text)); };
  for (std::size_t i = 0; i < call.rows; ++i) {
    if (text.is_null(i) || separator.is_null(i)) {
      builder.append_null();
      continue;
    }
    Text rest = text[i];
    while (!separator[i].empty() && !text[i].empty()) {
      const std::size_t found = rest.find(separator[i]);
      builder.child(0).append_view(rest.substr(0, found));
      if (found == Text::npos) break;
      rest.remove_prefix(found + separator[i].size());
      if (!fits()) break;
    }
    for (std::size_t at = 0; separator[i].empty() && at < rest.size() && fits();) {
      const std::size_t start = at;
      utf8_next(rest, at);
      builder.child(0).append_view(rest.substr(start, at - start));
    }
    builder.finish_row();
  }
  return builder.finish();
}

/// STR_TO_MAP(text [, list separator ',' [, key separator '=']]). A repeated key keeps its last value.
Result<ColumnPtr> str_to_map(Call& call) {
  using Pair = std::pair<Text, std::optional<Text>>;
  data::ColumnBuilder builder(call.type(), call.rows);
  std::vector<Pair> pairs;
  absl::flat_hash_map<Text, std::size_t> places;  // of the keys in `pairs`
  const View<Text> text = call.view<Text>(0);
  for (std::size_t i = 0; i < call.rows; ++i) {
    if (text.is_null(i)) {
      builder.append_null();
      continue;
    }
    const Text between = call.args.size() > 1 ? call.view<Text>(1)[i] : Text(",");
    const Text inside = call.args.size() > 2 ? call.view<Text>(2)[i] : Text("=");
    pairs.clear();
    places.clear();
    for (Text rest = text[i]; !rest.empty();) {
      const std::size_t end = between.empty() ? Text::npos : rest.find(between);
      const Text pair = rest.substr(0, end);
      rest = end == Text::npos ? Text() : rest.substr(end + between.size());
      const std::size_t middle = pair.find(inside);
      const Text key = pair.substr(0, middle);
      const auto value = middle == Text::npos ? std::nullopt : std::optional(pair.substr(middle + inside.size()));
      const auto [known, added] = places.try_emplace(key, pairs.size());
      if (added)
        pairs.emplace_back(key, value);
      else
        pairs[known->second].second = value;
    }
    for (const auto& [key, value] : pairs) {
      builder.child(0).append_text(key);
      if (value)
        builder.child(1).append_text(*value);
      else
        builder.child(1).append_null();
    }
    builder.finish_row();
  }
  return builder.finish();
}

}  // namespace

void add_text_search_functions(FunctionTable& table) {
  table.add(Function::position, locate);
  table.add(Function::locate, locate);
  table.add(Function::instr, instr);
  table.add(Function::replace, replace, {.fallible = true});
  table.add(Function::split_index, split_index);
  table.add(Function::starts_with, starts_or_ends<true>);
  table.add(Function::ends_with, starts_or_ends<false>);
  table.add(Function::count_char, count_char);
  table.add(Function::elt, elt, {.strict = false});
  table.add(Function::split, split);
  table.add(Function::str_to_map, str_to_map);
}

}  // namespace azud::stream
