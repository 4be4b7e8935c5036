// SPDX-License-Identifier: GPL-3.0-or-later
// pcre:"/expression/flags": flags of PCRE, flags of the language, and those that name a buffer.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <algorithm>
#include <array>
#include <memory>
#include <pcre2.h>

#include "ips/compile/keyword.hpp"
#include "ips/compile/payload_rows.hpp"
#include "ips/compile/value_words.hpp"

namespace gatehouse::ips::compile::rows {
namespace {

struct OptionFlag {
  char flag;
  std::uint32_t option;
};
constexpr std::array kOptions{OptionFlag{'i', PCRE2_CASELESS}, OptionFlag{'m', PCRE2_MULTILINE},
                              OptionFlag{'s', PCRE2_DOTALL},   OptionFlag{'x', PCRE2_EXTENDED},
                              OptionFlag{'A', PCRE2_ANCHORED}, OptionFlag{'E', PCRE2_DOLLAR_ENDONLY},
                              OptionFlag{'G', PCRE2_UNGREEDY}};

struct BufferFlag {
  char flag;
  std::string_view buffer;
};
constexpr std::array kBuffers{
    BufferFlag{'U', "http.uri"},           BufferFlag{'I', "http.uri.raw"},    BufferFlag{'P', "http.request_body"},
    BufferFlag{'Q', "http.response_body"}, BufferFlag{'H', "http.header"},     BufferFlag{'D', "http.header.raw"},
    BufferFlag{'M', "http.method"},        BufferFlag{'C', "http.cookie"},     BufferFlag{'S', "http.stat_code"},
    BufferFlag{'Y', "http.stat_msg"},      BufferFlag{'V', "http.user_agent"}, BufferFlag{'W', "http.host"},
    BufferFlag{'Z', "http.host.raw"}};

struct Flags {
  std::uint32_t options = 0;
  bool relative = false, raw = false;
  std::string_view buffer;
};

// Empty: fine; otherwise the reason.
std::string read_flags(std::string_view text, Flags& flags) {
  for (const char c : text) {
    if (const auto option = std::ranges::find(kOptions, c, &OptionFlag::flag); option != kOptions.end()) {
      flags.options |= option->option;
    } else if (const auto buffer = std::ranges::find(kBuffers, c, &BufferFlag::flag); buffer != kBuffers.end()) {
      if (!flags.buffer.empty() && flags.buffer != buffer->buffer) return "two of the flags behind it name a buffer";
      flags.buffer = buffer->buffer;
    } else if (c == 'R') {
      flags.relative = true;
    } else if (c == 'B') {
      flags.raw = true;
    } else if (c != 'O') {
      return "'" + std::string(1, c) + "' is none of the flags that stand behind the last slash";
    }
  }
  return flags.raw && !flags.buffer.empty() ? "the flag B is for the payload, and another flag names a buffer" : "";
}

// Letters behind a backslash are classes, not letters.
bool has_upper_case(std::string_view expression) {
  for (std::size_t i = 0; i < expression.size(); ++i) {
    if (expression[i] == '\\')
      ++i;
    else if (expression[i] >= 'A' && expression[i] <= 'Z')
      return true;
  }
  return false;
}

constexpr std::array kCaptureKinds{std::pair{std::string_view{"pkt"}, Capture::For::packet},
                                   std::pair{std::string_view{"flow"}, Capture::For::flow},
                                   std::pair{std::string_view{"alert"}, Capture::For::alert}};

// "flow:name" behind the flags, one for each group. False where one is not that.
bool read_captures(Builder& builder, std::string_view text, std::vector<Capture>& captures) {
  for (const std::string_view word : comma_words(text)) {
    const auto colon = word.find(':');
    const auto kind =
        std::ranges::find(kCaptureKinds, word.substr(0, colon), &decltype(kCaptureKinds)::value_type::first);
    if (kind == kCaptureKinds.end() || colon == word.npos || trim(word.substr(colon + 1)).empty()) return false;
    captures.push_back({kind->second, builder.keep(std::string(trim(word.substr(colon + 1))))});
  }
  return true;
}

// Older rules name a group so: (?P<flow_name>…).
void read_named_groups(Builder& builder, std::string_view expression, std::vector<Capture>& captures) {
  constexpr std::string_view kOpen = "(?P<";
  for (auto at = expression.find(kOpen); at != expression.npos; at = expression.find(kOpen, at + 1)) {
    const std::string_view name = expression.substr(at + kOpen.size(), expression.find('>', at) - at - kOpen.size());
    const auto line = name.find('_');
    const auto kind =
        std::ranges::find(kCaptureKinds, name.substr(0, line), &decltype(kCaptureKinds)::value_type::first);
    if (line != name.npos && kind != kCaptureKinds.end())
      captures.push_back({kind->second, builder.keep(std::string(name.substr(line + 1)))});
  }
}

// Most groups are meant to group, not to catch; catching costs. Where one is referred to, all catch.
std::expected<Regex, std::string> compile_expression(std::string_view expression, std::uint32_t options) {
  auto plain = Regex::compile(expression, options | PCRE2_NO_AUTO_CAPTURE);
  return plain ? std::move(plain) : Regex::compile(expression, options);
}

}  // namespace

void pcre(Builder& builder, const text::Option& option) {
  std::string_view text = option.value.text;
  Pcre step;
  step.negated = take_negation(text);
  if (const auto quoted = between_quotes(text)) text = *quoted;
  const auto last = text.rfind('/');
  if (!text.starts_with('/') || last == 0)
    return builder.refuse(option, "it is pcre:\"/expression/flags\": the slashes are missing");
  const std::string_view expression = text.substr(1, last - 1);
  std::string_view after = text.substr(last + 1);
  const auto comma = after.find(',');
  auto captures = std::make_shared<std::vector<Capture>>();
  if (comma != after.npos && !read_captures(builder, after.substr(comma + 1), *captures))
    return builder.refuse(option,
                          "behind the flags stand names for what the groups catch: pkt:name, flow:name, alert:name");
  read_named_groups(builder, expression, *captures);
  Flags flags;
  if (std::string reason = read_flags(trim(after.substr(0, comma)), flags); !reason.empty())
    return builder.refuse(option, std::move(reason));
  const bool sticky = !builder.in_payload();
  // The body of a response is a file as well.
  const bool body = flags.buffer == "http.response_body" && builder.current().name == "file.data";
  if (sticky && !flags.buffer.empty() && !body && flags.buffer != builder.current().name)
    return builder.refuse(option, "a flag behind it names " + std::string(flags.buffer) +
                                      ", but the rule's buffer here is " + builder.current().name);
  if (flags.buffer == "http.host" && (flags.options & PCRE2_CASELESS) == 0 && has_upper_case(expression))
    return builder.refuse(option, "host names are looked at in lower case: write the expression so");
  auto regex =
      captures->empty() ? compile_expression(expression, flags.options) : Regex::compile(expression, flags.options);
  if (!regex) return builder.refuse(option, std::move(regex.error()));
  if (captures->size() > std::min<std::size_t>(regex->groups(), Regex::kMostGroups))
    return builder.refuse(option, "it has " + std::to_string(regex->groups()) + " groups and " +
                                      std::to_string(captures->size()) + " names for what they catch");
  step.regex = builder.keep_regex(std::move(*regex));
  step.relative = flags.relative;
  if (!captures->empty()) {
    step.captures = *captures;
    builder.keep_alive(captures);
  }
  auto& chain =
      sticky || flags.buffer.empty() ? builder.chain(option) : builder.chain_of(option, std::string(flags.buffer));
  chain.steps.emplace_back(step);
}

}  // namespace gatehouse::ips::compile::rows
