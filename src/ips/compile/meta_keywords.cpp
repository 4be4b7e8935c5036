// SPDX-License-Identifier: GPL-3.0-or-later
// What a rule says of itself: nothing here changes what it matches.
#include <algorithm>
#include <array>

#include "ips/compile/classification.hpp"
#include "ips/compile/keyword.hpp"
#include "ips/compile/meta.hpp"
#include "ips/compile/protocol_names.hpp"
#include "ips/text/rule_file.hpp"
#include "ips/text/rule_parser.hpp"

namespace gatehouse::ips::compile {
namespace {

using text::Option;
using text::trim;

// "\"" and the like are the character itself; any other backslash stands for itself.
std::string without_escapes(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escapes = text[i] == '\\' && i + 1 < text.size() && std::string_view{"\"\\;:"}.contains(text[i + 1]);
    plain += text[escapes ? ++i : i];
  }
  return plain;
}

void read_message(Builder& builder, const Option& option) {
  if (!text::is_quoted(option.value.text)) return builder.refuse(option, "the text stands in double quotes");
  builder.message = without_escapes(text::without_quotes(option.value.text));
}

// False after refusing.
bool read_id(Builder& builder, const Option& option, std::uint32_t& into, bool zero_too = false) {
  const auto number = read_decimal(option.value.text);
  if (number && (*number != 0 || zero_too)) {
    into = *number;
    return true;
  }
  builder.refuse(option, "'" + std::string{option.value.text} + "' is none: write a whole number from 1 to 4294967295");
  return false;
}

void read_sid(Builder& builder, const Option& option) {
  if (builder.rule().find("sid") != &option) return builder.refuse(option, "a rule has one sid: take one away");
  read_id(builder, option, builder.signature.sid);
}

void read_rev(Builder& builder, const Option& option) {
  if (builder.rule().find("rev") != &option) return builder.refuse(option, "a rule has one rev: take one away");
  read_id(builder, option, builder.signature.rev);
}

void read_gid(Builder& builder, const Option& option) {
  read_id(builder, option, builder.signature.gid, true);
}

// The first stands where there are several, as in the reference.
void read_classtype(Builder& builder, const Option& option) {
  if (!builder.class_type.empty()) return;
  builder.class_type = option.value.text;
  if (!builder.priority) builder.signature.priority = classification_of(builder.around(), builder.class_type).priority;
}

void read_priority(Builder& builder, const Option& option) {
  const auto number = read_decimal(text::without_quotes(option.value.text));
  if (!number || *number == 0 || *number > 255)
    return builder.refuse(option, "a priority is a number from 1, the gravest, to 255");
  builder.priority = static_cast<std::uint8_t>(*number);
  builder.signature.priority = *builder.priority;
}

// A system that is not known makes no address, and no harm.
void read_reference(Builder& builder, const Option& option) {
  const std::size_t comma = option.value.text.find(',');
  const std::string_view system = trim(option.value.text.substr(0, comma));
  const std::string_view number =
      comma == option.value.text.npos ? std::string_view{} : trim(option.value.text.substr(comma + 1));
  if (system.empty() || number.empty())
    return builder.refuse(option, "write the system and the number in it: cve,2021-44228 or url,example.org/page");
  const auto prefix = builder.around().references.find(in_small_letters(system));
  if (prefix != builder.around().references.end()) builder.references.push_back(prefix->second + std::string{number});
}

void read_metadata(Builder& builder, const Option& option) {
  if (!builder.metadata.empty()) builder.metadata += ", ";
  builder.metadata += option.value.text;
}

void read_target(Builder& builder, const Option& option) {
  const std::string_view end = option.value.text;
  if (end != "src_ip" && end != "dest_ip")
    return builder.refuse(option, "the target of the attack is 'src_ip' or 'dest_ip'");
  builder.signature.target_src = end == "src_ip";
  builder.signature.target_dst = end == "dest_ip";
}

void take_voice(Builder& builder, const Option&) {
  builder.signature.no_alert = true;
}
void give_voice(Builder& builder, const Option&) {
  builder.signature.no_alert = false;
}

// meets_requirements() has read it before all others.
void already_read(Builder&, const Option&) {}

constexpr std::array kKeywords{
    Keyword{"msg", Argument::required, &read_message, "what the alert says"},
    Keyword{"sid", Argument::required, &read_sid, "the signature's number"},
    Keyword{"gid", Argument::required, &read_gid, "the number of the group in which sids are unique"},
    Keyword{"rev", Argument::required, &read_rev, "the revision of the signature"},
    Keyword{"classtype", Argument::required, &read_classtype, "the kind of attack, which gives the priority"},
    Keyword{"priority", Argument::required, &read_priority, "1, the gravest, to 255"},
    Keyword{"reference", Argument::required, &read_reference, "where to read more: system and number"},
    Keyword{"metadata", Argument::required, &read_metadata, "keys and values that the alert repeats"},
    Keyword{"target", Argument::required, &read_target, "which end is attacked: src_ip or dest_ip"},
    Keyword{"requires", Argument::required, &already_read,
            "version, features and keywords without which the rule is left out"},
    Keyword{"noalert", Argument::none, &take_voice, "acts, but tells nobody"},
    Keyword{"alert", Argument::none, &give_voice, "tells, also where the action would not"},
};

}  // namespace

std::optional<std::uint32_t> read_decimal(std::string_view text) noexcept {
  std::uint64_t number = 0;
  if (text.empty() || text.size() > 10) return std::nullopt;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (number > 0xffff'ffff) return std::nullopt;
  return static_cast<std::uint32_t>(number);
}

void require_sid(Builder& builder) {
  if (builder.signature.sid == 0 && !builder.refused())
    builder.refuse(builder.rule().place, "sid", "the rule has no number: add 'sid:' with one that no other rule has");
}

std::span<const Keyword> meta_keywords() noexcept {
  return kKeywords;
}

}  // namespace gatehouse::ips::compile
