// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/upnp/upnp.hpp"

#include <algorithm>
#include <array>

#include "base/bytes.hpp"

namespace gatehouse::proto::upnp {
namespace {

// Walks over the elements of a text, as far as that is well-formed enough.
class Elements {
 public:
  explicit Elements(std::string_view xml) noexcept : rest_(xml) {}

  struct Tag {
    std::string_view name, attributes;
    unsigned depth = 0;     // how many elements are around it
    std::string_view text;  // between it and the next tag
    bool opens = false;
  };

  bool next(Tag& tag) noexcept {
    while (true) {
      const std::size_t begin = rest_.find('<');
      if (begin == rest_.npos) return false;
      rest_.remove_prefix(begin);
      // XML 1.0, 2.5 to 2.8: comments, declarations and instructions are none of the elements.
      const std::string_view end = rest_.starts_with("<!--") ? "-->" : rest_.starts_with("<?") ? "?>" : ">";
      const std::size_t at = rest_.find(end);
      if (at == rest_.npos) return false;
      const std::string_view whole = rest_.substr(1, at - 1);
      const bool none = rest_.starts_with("<!") || rest_.starts_with("<?");
      rest_.remove_prefix(at + end.size());
      if (!none) return read(whole, tag);
    }
  }

 private:
  bool read(std::string_view whole, Tag& tag) noexcept {
    const bool closes = whole.starts_with('/'), empty = whole.ends_with('/');
    if (closes) {
      if (depth_ == 0) return false;
      tag = {whole.substr(1), {}, --depth_, {}, false};
      return true;
    }
    if (empty) whole.remove_suffix(1);
    const std::size_t name = std::min(whole.find_first_of(" \t\r\n"), whole.size());
    tag = {whole.substr(0, name), whole.substr(name), depth_, {}, true};
    if (!empty) {
      tag.text = trim(rest_.substr(0, rest_.find('<')));
      ++depth_;
    }
    return !tag.name.empty();
  }

  std::string_view rest_;
  unsigned depth_ = 0;
};

struct Row {
  std::string_view name;
  std::string_view Description::* member;
};
constexpr std::array kRows{
    Row{"deviceType", &Description::device_type},
    Row{"friendlyName", &Description::friendly_name},
    Row{"manufacturer", &Description::manufacturer},
    Row{"modelName", &Description::model_name},
    Row{"modelNumber", &Description::model_number},
    Row{"serialNumber", &Description::serial_number},
    Row{"UDN", &Description::udn},
};

}  // namespace

// <root xmlns="urn:schemas-upnp-org:device-1-0"> … <device> <friendlyName>…
std::optional<Description> read_description(std::string_view xml) noexcept {
  constexpr std::string_view kNamespace = "urn:schemas-upnp-org:device-1-0";
  Elements elements{xml.substr(0, kLongestDescription)};
  Elements::Tag tag;
  if (!elements.next(tag) || tag.name != "root" || tag.attributes.find(kNamespace) == tag.attributes.npos)
    return std::nullopt;
  Description found;
  bool within = false;
  while (elements.next(tag)) {
    if (tag.depth == 1 && tag.name == "device") {
      if (!tag.opens) break;
      within = true;
    }
    if (!within || tag.depth != 2 || !tag.opens) continue;
    const auto row = std::ranges::find(kRows, tag.name, &Row::name);
    if (row != kRows.end() && (found.*row->member).empty()) found.*row->member = tag.text;
  }
  return within ? std::optional{found} : std::nullopt;
}

std::optional<Action> read_action(std::string_view soap_action) noexcept {
  std::string_view text = trim(soap_action);
  if (text.size() >= 2 && text.starts_with('"') && text.ends_with('"')) text = text.substr(1, text.size() - 2);
  const std::size_t hash = text.rfind('#');
  if (!text.starts_with("urn:") || hash == text.npos || hash + 1 == text.size()) return std::nullopt;
  const Action action{text.substr(0, hash), text.substr(hash + 1)};
  return action.service.find(":service:") == text.npos ? std::nullopt : std::optional{action};
}

}  // namespace gatehouse::proto::upnp
