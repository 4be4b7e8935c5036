// SPDX-License-Identifier: GPL-3.0-or-later
// Of protocols: keywords that ask more than one field, or write its values in a way of their own.
#include <algorithm>
#include <array>
#include <cctype>

#include "ips/compile/keyword.hpp"
#include "ips/compile/surroundings.hpp"
#include "ips/compile/value_words.hpp"

namespace gatehouse::ips::compile {
namespace {

void require(Builder& builder, const text::Option& option, std::string_view field) {
  builder.require_protocols(option, builder.around().protocols_with(field));
}

// ---- dcerpc.iface:uuid[,>version][,any_frag]

bool is_uuid(std::string_view text) {
  if (text.size() != 36) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !std::isxdigit(static_cast<unsigned char>(text[i]))) return false;
  }
  return true;
}

// The interface and its version stand at the same place of two lists.
struct Interface {
  std::string uuid;
  NumberTest version;
  bool asks_version = false;
  std::array<const FieldSpec*, 8> ids{}, versions{}, calls{};
  std::array<const ProtocolSpec*, 8> protocols{};
};

bool interface_is_used(const Check& check, const Scene& scene) noexcept {
  const auto& wanted = *static_cast<const Interface*>(check.data);
  for (std::size_t p = 0; p < wanted.protocols.size() && wanted.protocols[p] != nullptr; ++p) {
    if (wanted.protocols[p] != scene.tx->protocol) continue;
    // That an interface is bound is no use of it yet.
    if (wanted.calls[p] != nullptr && !wanted.calls[p]->get(*scene.tx, 0).present) return false;
    for (unsigned i = 0; i < 64; ++i) {
      const FieldValue id = wanted.ids[p]->get(*scene.tx, i);
      if (!id.present) break;
      if (!equals_nocase(as_text(id.bytes), wanted.uuid)) continue;
      if (!wanted.asks_version || wanted.version.holds(wanted.versions[p]->get(*scene.tx, i).number)) return true;
    }
  }
  return false;
}

void dcerpc_iface(Builder& builder, const text::Option& option) {
  auto interface = std::make_shared<Interface>();
  for (const std::string_view word : comma_words(without_optional_quotes(option.value.text))) {
    if (is_uuid(word)) {
      interface->uuid = word;
    } else if (word == "any_frag") {
      continue;  // fragments are joined here: the first is the whole
    } else {
      const ReadNumber version = read_number_test(word.starts_with('=') ? word.substr(1) : word, UINT16_MAX);
      if (!version.ok) return builder.refuse(option, version.reason);
      interface->version = version.test, interface->asks_version = true;
    }
  }
  if (interface->uuid.empty())
    return builder.refuse(option, "it takes an interface's identifier: 12345678-1234-abcd-ef00-0123456789ab[,>1]");
  require(builder, option, "dcerpc.iface");
  std::size_t n = 0;
  for (const ProtocolSpec* protocol : builder.around().protocols_with("dcerpc.iface")) {
    if (n == interface->protocols.size()) break;
    for (const FieldSpec& field : protocol->fields) {
      if (field.name == "dcerpc.iface") interface->ids[n] = &field;
      if (field.name == "dcerpc.iface_version") interface->versions[n] = &field;
      if (field.name == "dcerpc.opnum") interface->calls[n] = &field;
    }
    if (interface->ids[n] != nullptr && interface->versions[n] != nullptr) interface->protocols[n++] = protocol;
  }
  Check check;
  check.holds = &interface_is_used;
  check.moment = Moment::transaction;
  check.data = interface.get();
  check.keyword = "dcerpc.iface";
  builder.keep_alive(interface);
  builder.add_check(check);
}

// "15", "10-20", "1,5,7-9": any of them; ends belong to a range.
void dcerpc_opnum(Builder& builder, const text::Option& option) {
  std::vector<std::uint64_t> any;
  for (const std::string_view word : comma_words(option.value.text)) {
    const auto dash = word.find('-');
    const auto first = read_unsigned(trim(word.substr(0, dash)));
    const auto last = dash == word.npos ? first : read_unsigned(trim(word.substr(dash + 1)));
    if (!first || !last || *first > *last || *last > UINT16_MAX || any.size() + (*last - *first) > 4096)
      return builder.refuse(option, "it takes numbers and ranges up to 65535: 15, 10-20, 1,5,7-9");
    for (std::uint64_t n = *first; n <= *last; ++n) any.push_back(n);
  }
  require(builder, option, "dcerpc.opnum");
  builder.add_number(option, "dcerpc.opnum", {}, std::move(any));
}

// ---- lists of names that carry a number: http2.settings:SETTINGS_HEADER_TABLE_SIZE>1000,
// ike.chosen_sa_attribute:alg_enc=7

struct NamedValue {
  std::string name;
  NumberTest value;
  std::vector<const FieldSpec*> fields;
};

bool named_value_holds(const Check& check, const Scene& scene) noexcept {
  const auto& wanted = *static_cast<const NamedValue*>(check.data);
  for (const FieldSpec* field : wanted.fields) {
    const bool here = std::to_address(scene.tx->protocol->fields.begin()) <= field &&
                      field < std::to_address(scene.tx->protocol->fields.end());
    if (!here) continue;
    for (unsigned i = 0; i < 250; ++i) {
      const FieldValue value = field->get(*scene.tx, i);
      if (!value.present) break;
      // "alg_enc=7", or a name with its number beside it.
      const std::string_view text = as_text(value.bytes);
      const std::size_t end = std::min(text.find('='), text.size());
      const std::uint64_t number = end < text.size() ? read_unsigned(text.substr(end + 1)).value_or(0) : value.number;
      if (equals_nocase(text.substr(0, end), wanted.name) && wanted.value.holds(number)) return true;
    }
  }
  return false;
}

void named_value(Builder& builder, const text::Option& option) {
  const std::string_view field = option.name.text, text = option.value.text;
  const std::size_t end = std::min(text.find_first_of("=<>! "), text.size());
  std::string_view number = trim(text.substr(end));
  if (number.starts_with('=')) number = trim(number.substr(1));
  auto wanted = std::make_shared<NamedValue>();
  wanted->name = text.substr(0, end);
  if (number.empty()) {
    wanted->value.compare = Compare::greater_or_equal;  // whatever it is
  } else {
    const ReadNumber read = read_number_test(number, UINT32_MAX);
    if (!read.ok) return builder.refuse(option, read.reason);
    wanted->value = read.test;
  }
  const auto [first, last] = builder.around().rows(field);
  for (auto row = first; row != last; ++row) wanted->fields.push_back(row->second.second);
  require(builder, option, field);
  Check check;
  check.holds = &named_value_holds;
  check.moment = Moment::transaction;
  check.data = wanted.get();
  check.keyword = option.name.text;
  builder.keep_alive(wanted);
  builder.add_check(check);
}

// ---- the rest

// The event that the parser raises when PORT names a third host.
void ftpbounce(Builder& builder, const text::Option& option) {
  const auto& protocols = builder.around().protocols;
  const auto ftp = std::ranges::find(protocols, "ftp", &ProtocolSpec::name);
  if (ftp == protocols.end()) return builder.refuse(option, "FTP is not among the protocols that are read");
  const auto event = std::ranges::find((*ftp)->events, "bounce", &EventSpec::name);
  builder.require_protocols(option, {*ftp});
  Check check;
  check.moment = Moment::transaction;
  check.direction = 0;
  check.a = 1ull << (event - (*ftp)->events.begin());
  check.keyword = "ftpbounce";
  check.holds = [](const Check& c, const Scene& s) noexcept { return (s.tx->events & c.a) != 0; };
  builder.add_check(check);
}

// config:logging disable, type tx, scope tx
void config(Builder& builder, const text::Option& option) {
  const auto words = comma_words(option.value.text);
  const auto has = [&](std::string_view wanted) {
    return std::ranges::any_of(words, [&](std::string_view word) {
      const auto [name, value] = word_and_rest(word);
      return std::string(name) + " " + std::string(value) == wanted;
    });
  };
  if (!has("logging disable") || !has("type tx") || !(has("scope tx") || has("scope packet") || has("scope flow")))
    return builder.refuse(option, "what is known is: config:logging disable, type tx, scope tx");
  builder.add_effect({[](const Effect&, const Scene& s) noexcept {
                        if (s.tx != nullptr) s.tx->quiet = true;
                      },
                      0, 0, nullptr, "config"});
}

// Which literal or number is looked for first is chosen by what is rare; a wish changes no meaning.
void prefilter(Builder&, const text::Option&) {}

void lua(Builder& builder, const text::Option& option) {
  builder.refuse(option, "Lua scripts are not run: a rule is data here, not a program");
}

// A quoted word of a field that is written like a value: ftp.mode:"active".
template <const auto& Name>
void content_of(Builder& builder, const text::Option& option) {
  const std::string_view value = without_optional_quotes(option.value.text);
  require(builder, option, Name);
  builder.use_buffer(option, std::string(Name));
  Content content;
  std::vector<std::uint8_t> lower(value.begin(), value.end());
  std::ranges::transform(lower, lower.begin(),
                         [](std::uint8_t b) { return static_cast<std::uint8_t>(ascii_lower(static_cast<char>(b))); });
  content.pattern = builder.keep_bytes(std::move(lower));
  content.has_offset = content.has_depth = true;
  content.depth.literal = static_cast<std::int64_t>(value.size());
  content.at_end = true;
  content.nocase = true;
  builder.add_content(option, content);
  builder.use_buffer(option, "payload");
}
constexpr std::string_view kFtpMode = "ftp.mode", kFtpReplyReceived = "ftp.reply_received",
                           kFtpDataCommand = "ftpdata_command";

constexpr std::array kRows{
    Keyword{"dcerpc.iface", Argument::required, &dcerpc_iface, "the interface that is called, and its version"},
    Keyword{"dcerpc.opnum", Argument::required, &dcerpc_opnum, "the operation that is called"},
    Keyword{"http2.settings", Argument::required, &named_value, "a setting, and perhaps its value: NAME>1000"},
    Keyword{"ike.chosen_sa_attribute", Argument::required, &named_value, "an attribute that was chosen: alg_enc=7"},
    Keyword{"ftpbounce", Argument::none, &ftpbounce, "PORT names a third host"},
    Keyword{"ftp.mode", Argument::required, &content_of<kFtpMode>, "active or passive"},
    Keyword{"ftp.reply_received", Argument::required, &content_of<kFtpReplyReceived>,
            "yes or no: the server has answered"},
    Keyword{"ftpdata_command", Argument::required, &content_of<kFtpDataCommand>,
            "the command that the data belongs to: stor, retr"},
    Keyword{"config", Argument::required, &config, "the transaction is not logged"},
    Keyword{"prefilter", Argument::none, &prefilter, "a wish about what is looked for first"},
    Keyword{"lua", Argument::required, &lua, "refused"},
    Keyword{"luajit", Argument::required, &lua, "refused"},
};

}  // namespace

std::span<const Keyword> protocol_keywords() noexcept {
  return kRows;
}

}  // namespace gatehouse::ips::compile
