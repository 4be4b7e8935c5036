// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/select/thing.hpp"

#include <algorithm>
#include <array>

#include "base/bytes.hpp"

namespace gatehouse::ips::select {
namespace {

// Classes of things, and the words for them in the metadata of published rules.
struct ThingClass {
  std::string_view name;
  std::array<std::string_view, 14> words;
};
constexpr std::array kClasses{
    ThingClass{"camera", {"camera", "ip camera", "ipcam", "webcam", "dvr", "nvr", "hikvision", "dahua", "hisilicon"}},
    ThingClass{"router",
               {"router", "gateway", "modem", "netgear", "d link", "dlink", "tplink", "tp link", "linksys", "zyxel",
                "draytek", "mikrotik", "networking equipment"}},
    ThingClass{"firewall",
               {"firewall", "fortigate", "fortinet", "sonicwall", "pulse secure", "cisco asa", "f5", "palo alto",
                "sophos", "ivanti", "watchguard"}},
    ThingClass{"plc",
               {"plc", "ics", "scada", "modbus", "dnp3", "siemens", "schneider", "allen bradley", "rockwell",
                "schweitzer engineering laboratories", "tridum niagara", "niagara"}},
    ThingClass{"storage", {"nas", "qnap", "synology", "western digital", "wd my cloud", "zyxel nas", "buffalo"}},
    ThingClass{"printer", {"printer", "lexmark", "xerox", "ricoh", "papercut"}},
    ThingClass{"phone", {"voip", "sip", "ip phone", "asterisk", "freepbx", "3cx", "cisco phone"}},
    ThingClass{"tv", {"tv", "smart tv", "android tv", "roku", "chromecast", "set top box"}},
    ThingClass{"mobile", {"android", "ios", "iphone", "ipad", "mobile client"}},
    ThingClass{"iot", {"iot", "embedded", "mirai"}},
};

constexpr std::array<std::string_view, kClasses.size()> kClassNames = [] {
  std::array<std::string_view, kClasses.size()> names;
  for (std::size_t i = 0; i < names.size(); ++i) names[i] = kClasses[i].name;
  return names;
}();

// "Netgear_Router" as " netgear router ": then a search finds whole words only.
std::string as_words(std::string_view text) {
  std::string words{" "};
  for (const char c : text) {
    const bool joins = c == ' ' || c == '_' || c == '-' || c == '.' || c == '\t';
    if (!joins)
      words += ascii_lower(c);
    else if (words.back() != ' ')
      words += ' ';
  }
  if (words.back() != ' ') words += ' ';
  return words;
}

bool says_what_it_is_about(std::string_view key) {
  return equals_nocase(key, "affected_product") || equals_nocase(key, "attack_target") || equals_nocase(key, "tag");
}

}  // namespace

std::span<const std::string_view> Thing::classes() noexcept {
  return kClassNames;
}

Thing::Thing(std::string_view name) {
  const std::string words = as_words(name);
  if (words == " ") return;
  names_.push_back(words);
  const auto known = std::ranges::find(kClasses, words.substr(1, words.size() - 2), &ThingClass::name);
  if (known == kClasses.end()) return;
  for (const std::string_view word : known->words)
    if (!word.empty()) names_.push_back(as_words(word));
}

bool Thing::concerns(const RuleFacts& rule) const {
  return std::ranges::any_of(rule.metadata, [&](const auto& entry) {
    if (!says_what_it_is_about(entry.first)) return false;
    const std::string words = as_words(entry.second);
    return std::ranges::any_of(names_, [&](const std::string& name) { return words.find(name) != words.npos; });
  });
}

}  // namespace gatehouse::ips::select
