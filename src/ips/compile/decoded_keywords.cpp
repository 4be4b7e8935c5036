// SPDX-License-Identifier: GPL-3.0-or-later
// What is encoded in the payload: base64, calls of SunRPC, ASN.1.
#include "ips/compile/keyword.hpp"
#include "ips/compile/payload_rows.hpp"
#include "ips/compile/value_words.hpp"

namespace gatehouse::ips::compile::rows {

void base64_decode(Builder& builder, const text::Option& option) {
  DecodeBase64 decode;
  for (const std::string_view word : comma_words(option.value.text)) {
    const NamedWord named = named_word(word);
    const auto number = read_unsigned(named.value);
    if (word == "relative")
      decode.relative = true;
    else if (named.name == "bytes" && number && *number > 0 && *number <= 65535)
      decode.bytes = static_cast<std::uint32_t>(*number);
    else if (named.name == "offset" && number && *number <= 65535)
      decode.offset = static_cast<std::uint32_t>(*number);
    else
      return builder.refuse(option, "it takes 'bytes N', 'offset N' and 'relative', between commas");
  }
  DraftChain& chain = decode.relative ? builder.chain_behind(option) : builder.chain(option);
  for (const Step& step : chain.steps)
    if (std::holds_alternative<DecodeBase64>(step)) return builder.refuse(option, "a buffer is decoded once");
  chain.steps.emplace_back(decode);
}

void base64_data(Builder& builder, const text::Option& option) {
  builder.use_decoded(option);
}

namespace {

constexpr std::uint64_t kAnyVersion = 1ull << 32, kAnyProcedure = 1ull << 33;

std::uint32_t number32(Bytes bytes, std::size_t at) noexcept {
  return std::uint32_t{bytes[at]} << 24 | std::uint32_t{bytes[at + 1]} << 16 | std::uint32_t{bytes[at + 2]} << 8 |
         bytes[at + 3];
}

// RFC 5531, 9: xid, 0 for a call, version 2 of RPC, program, its version, procedure.
bool is_call(const Check& check, const Scene& scene) noexcept {
  if (scene.packet == nullptr) return false;
  Bytes message = scene.packet->payload;
  // Over TCP a record mark of four bytes comes first.
  const std::size_t mark = scene.packet->is_tcp() ? 4 : 0;
  if (message.size() < mark + 24) return false;
  message = message.subspan(mark);
  if (number32(message, 4) != 0 || number32(message, 8) != 2) return false;
  return number32(message, 12) == static_cast<std::uint32_t>(check.a) &&
         ((check.a & kAnyVersion) != 0 || number32(message, 16) == check.b >> 32) &&
         ((check.a & kAnyProcedure) != 0 || number32(message, 20) == static_cast<std::uint32_t>(check.b));
}

}  // namespace

void rpc(Builder& builder, const text::Option& option) {
  const auto words = comma_words(option.value.text);
  std::uint64_t numbers[3] = {};
  bool any[3] = {false, true, true};
  bool ok = !words.empty() && words.size() <= 3;
  for (std::size_t i = 0; ok && i < words.size(); ++i) {
    any[i] = i > 0 && words[i] == "*";
    const auto number = read_unsigned(words[i]);
    ok = any[i] || (number && *number <= UINT32_MAX);
    numbers[i] = number.value_or(0);
  }
  if (!ok) return builder.refuse(option, "it is rpc:<program>, <version or *>, <procedure or *>");
  Check check;
  check.holds = is_call;
  check.a = numbers[0] | (any[1] ? kAnyVersion : 0) | (any[2] ? kAnyProcedure : 0);
  check.b = numbers[1] << 32 | numbers[2];
  check.keyword = "rpc";
  builder.add_check(check);
  builder.signature.packet_only = true;
}

void asn1(Builder& builder, const text::Option& option) {
  Asn1Is step;
  bool asks = false;
  for (const std::string_view word : comma_words(option.value.text)) {
    const NamedWord named = named_word(word);
    const auto number = read_signed(named.value);
    if (word == "bitstring_overflow") {
      asks = step.bitstring_overflow = true;
    } else if (word == "double_overflow") {
      asks = step.double_overflow = true;
    } else if (named.name == "oversize_length" && number && *number > 0 && *number <= UINT32_MAX) {
      step.oversize_length = static_cast<std::uint32_t>(*number);
      asks = true;
    } else if ((named.name == "absolute_offset" || named.name == "relative_offset") && number && *number >= -65535 &&
               *number <= 65535) {
      step.relative = named.name == "relative_offset";
      step.offset = static_cast<std::int32_t>(*number);
    } else {
      return builder.refuse(option, "'" + std::string(word) +
                                        "' is not one of bitstring_overflow, double_overflow, "
                                        "oversize_length N, absolute_offset N, relative_offset N");
    }
  }
  if (!asks)
    return builder.refuse(option, "it asks for nothing: name bitstring_overflow, double_overflow or oversize_length");
  (step.relative ? builder.chain_behind(option) : builder.chain(option)).steps.emplace_back(step);
}

}  // namespace gatehouse::ips::compile::rows
