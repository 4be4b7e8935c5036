// SPDX-License-Identifier: GPL-3.0-or-later
// Keywords of the flow that a packet belongs to: its state, age and size.
#include <algorithm>
#include <array>
#include <string>

#include "flow/tcp_connection.hpp"
#include "ips/compile/keyword.hpp"
#include "ips/compile/value_words.hpp"

namespace gatehouse::ips::compile {
namespace {

// ---- flow

struct FlowWord {
  std::string_view name;
  bool FlowState::* member;
  bool FlowState::* against[2];  // what cannot be asked at the same time
};

using F = FlowState;
constexpr std::array kFlowWords{
    FlowWord{"to_server", &F::to_server, {&F::to_client, nullptr}},
    FlowWord{"from_client", &F::to_server, {&F::to_client, nullptr}},
    FlowWord{"to_client", &F::to_client, {&F::to_server, nullptr}},
    FlowWord{"from_server", &F::to_client, {&F::to_server, nullptr}},
    FlowWord{"established", &F::established, {&F::not_established, &F::stateless}},
    FlowWord{"not_established", &F::not_established, {&F::established, &F::stateless}},
    FlowWord{"stateless", &F::stateless, {&F::established, &F::not_established}},
    FlowWord{"only_stream", &F::only_stream, {&F::no_stream, nullptr}},
    FlowWord{"no_stream", &F::no_stream, {&F::only_stream, nullptr}},
    FlowWord{"only_frag", &F::only_frag, {&F::no_frag, nullptr}},
    FlowWord{"no_frag", &F::no_frag, {&F::only_frag, nullptr}},
};

void flow_keyword(Builder& builder, const text::Option& option) {
  FlowState& state = builder.signature.flow;
  FlowState asked;
  for (const std::string_view word : words_of(option.value.text)) {
    const auto row = std::ranges::find_if(kFlowWords, [&](const FlowWord& w) { return equals_nocase(w.name, word); });
    if (row == kFlowWords.end())
      return builder.refuse(option, "'" + std::string{word} + "' is nothing that flow knows");
    if (asked.*(row->member)) return builder.refuse(option, "'" + std::string{word} + "' is said twice");
    for (const auto against : row->against)
      if (against != nullptr && (asked.*against || state.*against))
        return builder.refuse(option, "'" + std::string{word} + "' contradicts what stands before it");
    asked.*(row->member) = true;
  }
  for (const FlowWord& word : kFlowWords)
    if (asked.*(word.member)) state.*(word.member) = true;
  builder.signature.stream_only |= asked.only_stream;
  builder.signature.packet_only |= asked.no_stream;
}

// ---- numbers of the flow

void add_flow_check(Builder& builder, const text::Option& option, decltype(Check::holds) holds, NumberTest test,
                    std::uint64_t a = 0) {
  builder.signature.packet_only = true;
  Check check;
  check.holds = holds;
  check.number = test;
  check.a = a;
  check.keyword = option.name.text;
  builder.add_check(check);
}

std::int64_t second_of(Timestamp t) noexcept {
  return t.us / 1'000'000;
}

bool age_holds(const Check& check, const Scene& scene) noexcept {
  if (scene.flow == nullptr) return false;
  const std::int64_t age = second_of(scene.flow->last_seen) - second_of(scene.flow->first_seen);
  return check.number.holds(age < 0 ? 0 : static_cast<std::uint64_t>(age));
}

void flow_age(Builder& builder, const text::Option& option) {
  const ReadNumber read = read_number_test(option.value.text, 0xffffffff);
  if (!read.ok) return builder.refuse(option, read.reason);
  add_flow_check(builder, option, &age_holds, read.test);
}

enum class Side : std::uint8_t { to_server, to_client, either, both };

bool side_holds(Side side, bool to_server, bool to_client) noexcept {
  switch (side) {
    case Side::to_server:
      return to_server;
    case Side::to_client:
      return to_client;
    case Side::either:
      return to_server || to_client;
    case Side::both:
      break;
  }
  return to_server && to_client;
}

using PerDirection = std::array<std::uint64_t, 2>;

template <PerDirection flow::Flow::* counts>
bool counts_hold(const Check& check, const Scene& scene) noexcept {
  if (scene.flow == nullptr) return false;
  const PerDirection& c = scene.flow->*counts;
  return side_holds(static_cast<Side>(check.a), check.number.holds(c[0]), check.number.holds(c[1]));
}

template <PerDirection flow::Flow::* counts, std::uint64_t largest>
void add_counts(Builder& builder, const text::Option& option, Side side, std::string_view number) {
  const ReadNumber read = read_number_test(number, largest);
  if (!read.ok) return builder.refuse(option, read.reason);
  add_flow_check(builder, option, &counts_hold<counts>, read.test, static_cast<std::uint64_t>(side));
}

template <PerDirection flow::Flow::* counts, std::uint64_t largest, Side side>
void counts_of_side(Builder& builder, const text::Option& option) {
  add_counts<counts, largest>(builder, option, side, option.value.text);
}

std::optional<Side> side_named(std::string_view word, std::string_view to_server, std::string_view to_client) noexcept {
  if (word == to_server) return Side::to_server;
  if (word == to_client) return Side::to_client;
  if (word == "either") return Side::either;
  if (word == "both") return Side::both;
  return std::nullopt;
}

template <PerDirection flow::Flow::* counts, std::uint64_t largest>
void counts_keyword(Builder& builder, const text::Option& option) {
  const auto words = words_of(option.value.text);
  const auto side = side_named(words[0], "toserver", "toclient");
  if (words.size() != 2 || !side)
    return builder.refuse(option, "write a direction (toserver, toclient, either or both), a comma, and the number");
  add_counts<counts, largest>(builder, option, *side, words[1]);
}

// ---- stream_size

bool stream_size_holds(const Check& check, const Scene& scene) noexcept {
  if (scene.flow == nullptr || scene.flow->tcp == nullptr) return false;
  if (scene.packet != nullptr && !scene.packet->is_tcp()) return false;
  const auto& ends = scene.flow->tcp->ends;
  return side_holds(static_cast<Side>(check.a), check.number.holds(ends[0].sequence_length()),
                    check.number.holds(ends[1].sequence_length()));
}

void stream_size(Builder& builder, const text::Option& option) {
  using enum Compare;
  constexpr std::array<std::pair<std::string_view, Compare>, 7> operators{{{"=", equal},
                                                                           {"==", equal},
                                                                           {"!=", not_equal},
                                                                           {"<", less},
                                                                           {"<=", less_or_equal},
                                                                           {">", greater},
                                                                           {">=", greater_or_equal}}};
  const auto words = words_of(option.value.text);
  if (words.size() != 3)
    return builder.refuse(option, "write 'stream_size:<server|client|both|either>,<operator>,<number>'");
  // The client's stream is the one that goes to the server.
  const auto side = side_named(words[0], "client", "server");
  if (!side) return builder.refuse(option, "the stream is that of server or client, or both or either");
  const auto* compare = std::ranges::find(operators, words[1], [](const auto& row) { return row.first; });
  if (compare == operators.end()) return builder.refuse(option, "the operator is one of = != < <= > >=");
  const auto number = read_unsigned(words[2]);
  if (!number || *number > 0xffffffff) return builder.refuse(option, "the number of bytes is 0 to 4294967295");
  Check check;
  check.holds = &stream_size_holds;
  check.number.compare = compare->second;
  check.number.a = *number;
  check.a = static_cast<std::uint64_t>(*side);
  check.keyword = option.name.text;
  builder.add_check(check);
}

// ---- tcp.session

enum Phase : std::uint64_t { setup = 1, established = 2, closing = 4 };

std::uint64_t phase_of(flow::TcpState state) noexcept {
  using flow::TcpState;
  switch (state) {
    case TcpState::none:
    case TcpState::syn_sent:
    case TcpState::syn_recv:
      return setup;
    case TcpState::established:
      return established;
    case TcpState::fin_wait1:
    case TcpState::fin_wait2:
    case TcpState::time_wait:
    case TcpState::last_ack:
    case TcpState::close_wait:
    case TcpState::closing:
    case TcpState::closed:
      break;
  }
  return closing;
}

bool session_holds(const Check& check, const Scene& scene) noexcept {
  return scene.flow != nullptr && scene.flow->tcp != nullptr && (phase_of(scene.flow->tcp->state) & check.a) != 0;
}

void tcp_session(Builder& builder, const text::Option& option) {
  std::uint64_t phases = 0;
  for (const std::string_view word : words_of(option.value.text)) {
    std::uint64_t phase = 0;
    if (word == "setup") phase = setup;
    if (word == "established") phase = established;
    if (word == "closing") phase = closing;
    if (phase == 0) return builder.refuse(option, "the phases of a session are setup, established and closing");
    phases |= phase;
  }
  add_flow_check(builder, option, &session_holds, {}, phases);
}

constexpr std::uint64_t kMost32 = 0xffffffff, kMost64 = ~std::uint64_t{0};
constexpr auto kPackets = &flow::Flow::packets;
constexpr auto kBytes = &flow::Flow::bytes;

constexpr std::array kKeywords{
    Keyword{"flow", Argument::required, &flow_keyword, "direction and state of the flow"},
    Keyword{"flow.age", Argument::required, &flow_age, "seconds since the flow began"},
    Keyword{"flow.pkts", Argument::required, &counts_keyword<kPackets, kMost32>, "packets of the flow so far"},
    Keyword{"flow.pkts_toserver", Argument::required, &counts_of_side<kPackets, kMost32, Side::to_server>,
            "packets to the server so far"},
    Keyword{"flow.pkts_toclient", Argument::required, &counts_of_side<kPackets, kMost32, Side::to_client>,
            "packets to the client so far"},
    Keyword{"flow.bytes", Argument::required, &counts_keyword<kBytes, kMost64>, "bytes of the flow so far"},
    Keyword{"flow.bytes_toserver", Argument::required, &counts_of_side<kBytes, kMost64, Side::to_server>,
            "bytes to the server so far"},
    Keyword{"flow.bytes_toclient", Argument::required, &counts_of_side<kBytes, kMost64, Side::to_client>,
            "bytes to the client so far"},
    Keyword{"stream_size", Argument::required, &stream_size, "bytes of the TCP streams by their sequence numbers"},
    Keyword{"tcp.session", Argument::required, &tcp_session, "the phase of the TCP session"},
};

}  // namespace

std::span<const Keyword> flow_keywords() noexcept {
  return kKeywords;
}

}  // namespace gatehouse::ips::compile
