// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/sdp/sdp.hpp"

#include <algorithm>
#include <charconv>

namespace gatehouse::proto::sdp {
namespace {

struct Line {
  char letter = 0;
  std::string_view value;
};

// RFC 8866, 5: "<type>=<value>", a line each. Others end the description.
bool next_line(std::string_view& text, Line& line) noexcept {
  if (text.size() < 2 || text[1] != '=' || text[0] < 'a' || text[0] > 'z') return false;
  const std::size_t feed = text.find('\n');
  std::string_view whole = text.substr(0, feed);
  text.remove_prefix(feed == text.npos ? text.size() : feed + 1);
  if (whole.ends_with('\r')) whole.remove_suffix(1);
  line = {whole[0], whole.substr(2)};
  return true;
}

std::optional<std::string_view> find(std::string_view lines, char letter, unsigned index) noexcept {
  if (index >= kMaxListed) return {};
  for (Line line; next_line(lines, line);)
    if (line.letter == letter && index-- == 0) return line.value;
  return {};
}

std::string_view find_attribute(std::string_view lines, std::string_view name) noexcept {
  for (Line line; next_line(lines, line);)
    if (line.letter == 'a' && line.value.starts_with(name) && line.value.size() > name.size() &&
        line.value[name.size()] == ':')
      return trim(line.value.substr(name.size() + 1));
  return {};
}

bool has_flag(std::string_view lines, std::string_view name) noexcept {
  for (Line line; next_line(lines, line);)
    if (line.letter == 'a' && line.value == name) return true;
  return false;
}

std::string_view word(std::string_view& text) noexcept {
  const std::size_t begin = std::min(text.find_first_not_of(' '), text.size());
  text.remove_prefix(begin);
  const std::string_view found = text.substr(0, text.find(' '));
  text.remove_prefix(found.size());
  return found;
}

std::uint16_t port_of(std::string_view text) noexcept {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} ? port : std::uint16_t{0};
}

// RFC 8866, 5.7: "c=<nettype> <addrtype> <connection-address>", the address with its scope behind a slash.
IpAddress address_of(std::string_view connection) noexcept {
  if (word(connection) != "IN") return {};
  const std::string_view type = word(connection), text = word(connection);
  if (type != "IP4" && type != "IP6") return {};
  return IpAddress::parse(text.substr(0, text.find('/'))).value_or(IpAddress{});
}

void text(JsonWriter& json, std::string_view key, std::optional<std::string_view> value) noexcept {
  if (value) json.member(key, *value);
}

void texts(JsonWriter& json, std::string_view key, std::string_view lines, char letter) noexcept {
  bool open = false;
  unsigned count = 0;
  for (Line line; count < kMaxListed && next_line(lines, line);) {
    if (line.letter != letter) continue;
    if (!open) json.open_array(key);
    open = true, ++count;
    json.element(line.value);
  }
  if (open) json.close_array();
}

// RFC 8866, 5.9 and 5.10: a time, and how it repeats.
void times(JsonWriter& json, std::string_view lines) noexcept {
  unsigned count = 0;
  bool open = false, repeats = false;
  for (Line line; next_line(lines, line);) {
    if (line.letter == 't') {
      if (count++ == kMaxListed) break;
      if (open)
        json.close_object();
      else
        json.open_array("time_descriptions");
      open = true, repeats = false;
      json.open_object();
      json.member("time", line.value);
    } else if (line.letter == 'r' && open && !repeats) {
      repeats = true;
      json.member("repeat_time", line.value);
    }
  }
  if (open) json.close_object(), json.close_array();
}

}  // namespace

bool Description::parse(Bytes body) noexcept {
  *this = {};
  const std::string_view text = as_text(body.first(std::min(body.size(), kLongest)));
  std::string_view rest = text;
  Line line;
  if (!next_line(rest, line) || line.letter != 'v' || line.value != "0") return false;
  if (!next_line(rest, line) || line.letter != 'o') return false;
  std::string_view before = rest;
  while (next_line(rest, line)) {
    if (line.letter == 'm') {
      if (media_count_ == 0) {
        session_ = text.substr(0, static_cast<std::size_t>(before.data() - text.data()));
        media_ = before;
      }
      if (media_count_ == kMaxMedia) {
        too_many_media_ = true;
        media_ = media_.substr(0, static_cast<std::size_t>(before.data() - media_.data()));
        return true;
      }
      ++media_count_;
    }
    before = rest;
  }
  if (media_count_ == 0)
    session_ = text.substr(0, text.size() - rest.size());
  else
    media_ = media_.substr(0, media_.size() - rest.size());
  return true;
}

std::string_view Description::section(unsigned media) const noexcept {
  std::string_view rest = media_;
  unsigned seen = 0;
  const char* begin = nullptr;
  for (Line line;;) {
    const char* const at = rest.data();
    if (!next_line(rest, line)) break;
    if (line.letter != 'm' || seen++ < media) continue;
    if (begin != nullptr) return {begin, static_cast<std::size_t>(at - begin)};
    begin = at;
  }
  return begin == nullptr ? std::string_view{}
                          : std::string_view{begin, static_cast<std::size_t>(media_.data() + media_.size() - begin)};
}

std::optional<std::string_view> Description::session(char letter, unsigned index) const noexcept {
  return find(session_, letter, index);
}

std::optional<std::string_view> Description::media(unsigned media, char letter, unsigned index) const noexcept {
  return media >= media_count_ ? std::nullopt : find(section(media), letter, index);
}

std::string_view Description::attribute(std::string_view name) const noexcept {
  return find_attribute(session_, name);
}

std::optional<Media> Description::describe(unsigned media) const noexcept {
  if (media >= media_count_) return {};
  const std::string_view lines = section(media);
  std::string_view rest = find(lines, 'm', 0).value_or("");
  Media found;
  found.kind = word(rest);
  found.port = port_of(word(rest));
  found.protocol = word(rest);
  const auto own = find(lines, 'c', 0);
  found.address = address_of(own ? *own : find(session_, 'c', 0).value_or(""));
  found.control_apart = !has_flag(lines, "rtcp-mux");
  found.control_port = port_of(find_attribute(lines, "rtcp"));
  if (found.control_port == 0 && found.port < 0xffff) found.control_port = static_cast<std::uint16_t>(found.port + 1);
  return found;
}

void Description::write(JsonWriter& json) const noexcept {
  json.open_object("sdp");
  json.member("version", 0);
  text(json, "origin", session('o'));
  text(json, "session_name", session('s'));
  text(json, "session_info", session('i'));
  text(json, "uri", session('u'));
  text(json, "email", session('e'));
  text(json, "phone_number", session('p'));
  text(json, "connection_data", session('c'));
  texts(json, "bandwidths", session_, 'b');
  times(json, session_);
  text(json, "timezone", session('z'));
  text(json, "encryption_key", session('k'));
  texts(json, "attributes", session_, 'a');
  if (media_count_ > 0) {
    json.open_array("media_descriptions");
    for (unsigned i = 0; i < media_count_; ++i) {
      const std::string_view lines = section(i);
      json.open_object();
      text(json, "media", find(lines, 'm', 0));
      text(json, "media_info", find(lines, 'i', 0));
      text(json, "connection_data", find(lines, 'c', 0));
      texts(json, "bandwidths", lines, 'b');
      text(json, "encryption_key", find(lines, 'k', 0));
      texts(json, "attributes", lines, 'a');
      json.close_object();
    }
    json.close_array();
  }
  json.close_object();
}

}  // namespace gatehouse::proto::sdp
