// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/explain/teller.hpp"

#include <algorithm>
#include <array>

#include "base/bytes.hpp"
#include "ips/explain/phrases.hpp"

namespace gatehouse::ips::explain {
namespace {

std::string quoted(std::string_view text) {
  return '\'' + std::string(text) + '\'';
}

std::string_view unquoted(std::string_view value) {
  return value.size() > 1 && value.front() == '"' && value.back() == '"' ? value.substr(1, value.size() - 2) : value;
}

bool take_negation(std::string_view& value) {
  value = trim(value);
  if (!value.starts_with('!')) return false;
  value = trim(value.substr(1));
  return true;
}

// A message: bars are bars there.
std::string without_escapes(std::string_view value) {
  std::string text;
  for (std::size_t i = 0; i < value.size(); ++i)
    text += value[i] == '\\' && i + 1 < value.size() ? value[++i] : value[i];
  return text;
}

std::string bytes(std::string_view count) {
  return std::string(count) + (count == "1" ? " byte" : " bytes");
}

}  // namespace

std::string Teller::capitalised_sentence(std::string text) {
  return capitalised(text) + '.';
}

std::string Teller::buffer() const {
  std::string words = buffer_;
  for (const std::string& transform : transforms_) words += ", " + transform;
  return transforms_.empty() ? words : words + ',';
}

std::string Teller::Sentence::text() const {
  std::string whole = buffer + ' ' + claim;
  for (const std::string& tail : tails) whole += ", " + tail;
  return capitalised_sentence(std::move(whole));
}

void Teller::take(const text::Option& option) {
  const std::string_view name = option.name.text, value = option.value.text;
  if (content_ && take_modifier(name, value)) {
    into_.conditions[content_->index] = content_->text();
    return;
  }
  if (name == "content" || name == "uricontent") return content(name, value);
  if (name == "pcre") return pcre(value);
  if (take_about(name, value) || take_effect(name, value) || take_flow(name, value) || take_bits(name, value) ||
      take_test(name, value) || take_bytes(name, value) || take_buffer(option))
    return;
  // What has no words here is told as it is written.
  condition("the rule says " + std::string(name) + (option.has_value ? ": " + std::string(value) : std::string{}));
}

void Teller::content(std::string_view name, std::string_view value) {
  const bool negated = take_negation(value);
  content_ = Sentence{.buffer = name == "uricontent" ? buffer_phrase("http.uri") : buffer(),
                      .claim = (negated ? "does not contain " : "contains ") + quoted(content_text(unquoted(value))),
                      .tails = {},
                      .index = into_.conditions.size()};
  into_.conditions.push_back(content_->text());
}

bool Teller::take_modifier(std::string_view name, std::string_view value) {
  const std::string number{value};
  auto& tails = content_->tails;
  if (const auto legacy = legacy_phrase(name); !legacy.empty())
    content_->buffer = legacy;
  else if (name == "nocase")
    tails.emplace_back("in upper or lower case");
  else if (name == "startswith")
    tails.emplace_back("at its beginning");
  else if (name == "endswith")
    tails.emplace_back("ending there");
  else if (name == "offset")
    tails.push_back("not before byte " + number);
  else if (name == "depth")
    tails.push_back("within " + bytes(number) + " from where the search begins");
  else if (name == "distance")
    tails.push_back(value == "0" ? "behind the match before" : bytes(number) + " or more behind the match before");
  else if (name == "within")
    tails.push_back("within " + bytes(number) + " of the match before");
  else if (name == "fast_pattern") {
    if (marks_fast_pattern_) tails.emplace_back("which is looked for first");
  } else if (name != "rawbytes") {
    return false;
  }
  return true;
}

void Teller::pcre(std::string_view value) {
  const bool negated = take_negation(value);
  value = unquoted(value);
  const auto slash = value.rfind('/');
  std::string where = buffer(), tail;
  for (const char letter : slash == value.npos ? std::string_view{} : value.substr(slash + 1)) {
    if (const auto words = pcre_letter_phrase(letter); !words.empty()) where = words;
    if (letter == 'R') tail = ", behind the match before";
  }
  condition(where + (negated ? " does not match " : " matches ") + "the expression " + std::string(value) + tail);
}

bool Teller::take_buffer(const text::Option& option) {
  const std::string_view name = option.name.text;
  if (const auto transform = transform_phrase(name); !transform.empty()) {
    transforms_.emplace_back(transform);
    return true;
  }
  if (option.has_value) return false;
  std::string words = buffer_phrase(name);
  if (words.empty()) return false;
  buffer_ = std::move(words);
  transforms_.clear();
  return true;
}

bool Teller::take_about(std::string_view name, std::string_view value) {
  constexpr auto silent =
      std::to_array<std::string_view>({"sid", "gid", "rev", "metadata", "requires", "prefilter", "fast_pattern"});
  if (name == "msg")
    into_.message = without_escapes(unquoted(value));
  else if (name == "classtype")
    effect("its class is " + std::string(value));
  else if (name == "priority")
    effect("its priority is " + std::string(value));
  else if (name == "target")
    effect("the target of the attack is the " + std::string(value == "src_ip" ? "source" : "destination"));
  else if (name == "reference") {
    const auto parts = parts_of(value);
    into_.references.push_back(std::string(parts[0]) +
                               (parts.size() > 1 ? ' ' + std::string(parts[1]) : std::string{}));
  } else {
    return std::ranges::find(silent, name) != silent.end();
  }
  return true;
}

bool Teller::take_effect(std::string_view name, std::string_view value) {
  if (name == "noalert")
    effect("it does not alert");
  else if (name == "filestore")
    effect("it keeps a copy of the file");
  else if (name == "bypass")
    effect("the rest of the flow is not inspected");
  else if (name == "tag")
    effect("it marks what follows for the log (" + std::string(value) + ')');
  else if (name == "replace")
    effect("it puts " + quoted(content_text(unquoted(value))) + " in the place of the match");
  else if (name == "threshold" || name == "detection_filter")
    threshold(value);
  else
    return false;
  return true;
}

void Teller::threshold(std::string_view value) {
  std::string type, track, count, seconds;
  for (const std::string_view part : parts_of(value)) {
    const auto space = std::min(part.find(' '), part.size());
    const std::string_view key = part.substr(0, space);
    const std::string word{trim(part.substr(space))};
    if (key == "type") type = word;
    if (key == "track") track = word;
    if (key == "count") count = word;
    if (key == "seconds") seconds = word;
  }
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> whom{{{"by_src", "for each source"},
                                                                               {"by_dst", "for each destination"},
                                                                               {"by_both", "for each pair of hosts"},
                                                                               {"by_flow", "for each flow"},
                                                                               {"by_rule", "in all"}}};
  const auto known =
      std::ranges::find(whom, std::string_view{track}, &std::pair<std::string_view, std::string_view>::first);
  const std::string by = known == whom.end() ? track : std::string(known->second);
  const std::string in = seconds.empty() ? std::string{} : " in " + seconds + " seconds";
  if (type == "limit")
    effect("it alerts at most " + count + " times" + in + ' ' + by);
  else if (type == "threshold")
    effect("it alerts on every match number " + count + in + ' ' + by);
  else if (type == "both")
    effect("it alerts once" + in + ' ' + by + ", when there were " + count + " matches");
  else if (type == "backoff")
    effect("it alerts ever more rarely " + by + ", first after " + count + " matches");
  else
    effect("it holds only after " + count + " matches" + in + ' ' + by);
}

bool Teller::take_flow(std::string_view name, std::string_view value) {
  if (name == "flow")
    flow(value);
  else if (name == "stream_size")
    condition("the size of the stream is as '" + std::string(value) + "' says");
  else if (name == "app-layer-protocol")
    condition("the application protocol " + comparison(value));
  else if (name == "app-layer-event" || name == "decode-event" || name == "stream-event" || name == "engine-event")
    condition("the event " + std::string(value) + " has happened");
  else if (name == "flags" || name == "tcp.flags")
    condition("the TCP flags are " + std::string(value));
  else
    return false;
  return true;
}

void Teller::flow(std::string_view value) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 10> words{
      {{"established", "the session is established"},
       {"not_established", "the session is not yet established"},
       {"stateless", "the state of the session does not matter"},
       {"to_server", "the data go to the server"},
       {"from_client", "the data go to the server"},
       {"to_client", "the data go to the client"},
       {"from_server", "the data go to the client"},
       {"only_stream", "only rebuilt streams are looked at"},
       {"no_stream", "only single packets are looked at"},
       {"only_frag", "only packets that came in fragments are looked at"}}};
  std::string text;
  for (const std::string_view part : parts_of(value)) {
    const auto known = std::ranges::find(words, part, &std::pair<std::string_view, std::string_view>::first);
    if (!text.empty()) text += ", and ";
    text += known == words.end() ? part : known->second;
  }
  condition(std::move(text));
}

bool Teller::take_bits(std::string_view name, std::string_view value) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 3> kept{
      {{"flowbits", "the flow"}, {"xbits", "the hosts"}, {"hostbits", "the host"}}};
  if (name == "flowint") return take_flowint(value);
  const auto whose = std::ranges::find(kept, name, &std::pair<std::string_view, std::string_view>::first);
  if (whose == kept.end()) return false;
  const auto parts = parts_of(value);
  const std::string owner{whose->second}, verb = owner == "the hosts" ? "are" : "is";
  const std::string bit = parts.size() > 1 ? quoted(parts[1]) : std::string{};
  if (parts[0] == "noalert")
    effect("it does not alert");
  else if (parts[0] == "isset")
    condition(owner + ' ' + verb + " marked " + bit);
  else if (parts[0] == "isnotset")
    condition(owner + ' ' + verb + " not marked " + bit);
  else if (parts[0] == "set")
    effect("it marks " + owner + ' ' + bit);
  else if (parts[0] == "unset")
    effect("it takes the mark " + bit + " from " + owner);
  else if (parts[0] == "toggle")
    effect("it marks " + owner + ' ' + bit + ", or takes that mark away");
  else
    return false;
  return true;
}

bool Teller::take_flowint(std::string_view value) {
  const auto parts = parts_of(value);
  if (parts.size() < 2) return false;
  const std::string counter = "the flow's counter " + quoted(parts[0]), number{parts.size() > 2 ? parts[2] : ""};
  if (parts[1] == "+" || parts[1] == "-")
    effect("it " + std::string(parts[1] == "+" ? "adds " : "takes ") + number + (parts[1] == "+" ? " to " : " from ") +
           counter);
  else if (parts[1] == "=")
    effect("it sets " + counter + " to " + number);
  else if (parts[1] == "isset" || parts[1] == "notset" || parts[1] == "isnotset")
    condition(counter + (parts[1] == "isset" ? " exists" : " does not exist"));
  else
    condition(counter + " satisfies: " + std::string(parts[1]) + ' ' + number);
  return true;
}

bool Teller::take_test(std::string_view name, std::string_view value) {
  if (const auto words = number_phrase(name); !words.empty())
    condition(std::string(words) + ' ' + comparison(value));
  else if (name == "bsize")
    condition("the length of " + buffer() + ' ' + comparison(value));
  else if (name == "urilen")
    condition("the length of the request's URI " + comparison(parts_of(value)[0]));
  else if (name == "sameip")
    condition("source and destination have the same address");
  else if (name == "absent")
    condition("there is no such thing as " + buffer());
  else if (name == "dataset" || name == "datarep")
    dataset(value);
  else if (name == "filemd5" || name == "filesha1" || name == "filesha256") {
    const bool negated = take_negation(value);
    condition("the file's " + std::string(name.substr(4)) + " digest is " + (negated ? "not " : "") + "in the list " +
              quoted(value));
  } else if (name == "filename" || name == "fileext" || name == "filemagic") {
    const bool negated = take_negation(value);
    const std::string what = name == "fileext" ? "ending" : name == "filename" ? "name" : "kind";
    condition("the file's " + what + (negated ? " is not " : " is ") + quoted(content_text(unquoted(value))));
  } else {
    return false;
  }
  return true;
}

void Teller::dataset(std::string_view value) {
  const auto parts = parts_of(value);
  const std::string name = parts.size() > 1 ? quoted(parts[1]) : std::string{};
  if (parts[0] == "set")
    effect("it adds " + buffer() + " to the list " + name);
  else if (parts[0] == "unset")
    effect("it takes " + buffer() + " out of the list " + name);
  else if (parts[0] == "isset" || parts[0] == "isnotset")
    condition(buffer() + (parts[0] == "isset" ? " is in the list " : " is not in the list ") + name);
  else
    condition(buffer() + " is in the list " + quoted(parts[0]) + " with a score that fits");
}

bool Teller::take_bytes(std::string_view name, std::string_view value) {
  const auto parts = parts_of(value);
  const auto has = [&](std::string_view word) { return std::ranges::find(parts, word) != parts.end(); };
  const std::string where = has("relative") ? " behind the match before" : " of " + buffer();
  if (name == "isdataat") {
    std::string_view distance = parts[0];
    const bool negated = take_negation(distance);
    condition(std::string(negated ? "there are no data " : "there are data ") + "at byte " + std::string(distance) +
              where);
  } else if (name == "byte_test" && parts.size() >= 4) {
    const bool negated = parts[1].starts_with('!');
    condition("a number of " + bytes(parts[0]) + " at byte " + std::string(parts[3]) + where +
              (negated ? " fails: " : " satisfies: ") + std::string(negated ? parts[1].substr(1) : parts[1]) + ' ' +
              std::string(parts[2]));
  } else if (name == "byte_jump" && parts.size() >= 2) {
    condition("the search goes on as far away as a number of " + bytes(parts[0]) + " at byte " + std::string(parts[1]) +
              where + " says");
  } else if (name == "byte_extract" && parts.size() >= 3) {
    condition("a number of " + bytes(parts[0]) + " at byte " + std::string(parts[1]) + where + " is remembered as " +
              quoted(parts[2]));
  } else if (name == "base64_decode") {
    condition(buffer() + " holds base64, which is decoded");
  } else {
    return false;
  }
  return true;
}

}  // namespace gatehouse::ips::explain
