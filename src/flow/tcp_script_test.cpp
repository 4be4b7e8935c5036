// SPDX-License-Identifier: GPL-3.0-or-later
#include "flow/tcp_script.hpp"

#include <charconv>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <sstream>

namespace gatehouse::flow::test {
namespace {

std::uint8_t flags_of(std::string_view names) {
  static const std::map<std::string_view, std::uint8_t> known{{"FIN", tcp_flag::fin},
                                                              {"SYN", tcp_flag::syn},
                                                              {"RST", tcp_flag::rst},
                                                              {"PSH", tcp_flag::psh},
                                                              {"ACK", tcp_flag::ack},
                                                              {"URG", tcp_flag::urg},
                                                              {"-", 0}};
  std::uint8_t flags = 0;
  while (!names.empty()) {
    const std::size_t comma = names.find(',');
    flags |= known.at(names.substr(0, comma));
    names = comma == names.npos ? "" : names.substr(comma + 1);
  }
  return flags;
}

std::uint32_t number_of(std::string_view text) {
  std::uint32_t n = 0;
  std::from_chars(text.data(), text.data() + text.size(), n);
  return n;
}

std::string outcome_text(TcpOutcome outcome, const PacketEvents& events) {
  std::string text = outcome == TcpOutcome::ok ? "ok" : outcome == TcpOutcome::invalid ? "invalid" : "contradiction";
  std::set<std::string> sorted;
  for (const PacketEvent e : events) sorted.emplace(to_text(e).substr(std::string_view{"stream."}.size()));
  for (const std::string& e : sorted) text += ' ' + e;
  return text;
}

std::string sorted_expectation(std::string_view text) {
  std::istringstream words{std::string{text}};
  std::string outcome, word;
  words >> outcome;
  std::set<std::string> events;
  if (outcome != "ok" && outcome != "invalid" && outcome != "contradiction")
    events.insert(std::exchange(outcome, "ok"));
  while (words >> word) events.insert(word);
  for (const std::string& e : events) outcome += ' ' + e;
  return outcome;
}

}  // namespace

TcpScript::TcpScript(const TcpSettings& settings) : tracker_{settings, memory_, *this} {
  const std::uint8_t client[4]{192, 0, 2, 1}, server[4]{192, 0, 2, 2};
  flow_.client = IpAddress::v4(client);
  flow_.server = IpAddress::v4(server);
  flow_.client_port = 40000;
  flow_.server_port = 80;
  flow_.protocol = ip_protocol::tcp;
}

TcpScript::~TcpScript() {
  tracker_.finish(flow_);
}

void TcpScript::run(std::string_view script) {
  while (!script.empty()) {
    const std::size_t end = script.find('\n');
    line(trim(script.substr(0, end)));
    script = end == script.npos ? "" : script.substr(end + 1);
  }
}

void TcpScript::line(std::string_view text) {
  if (text.empty() || text.front() == '#') return;
  SCOPED_TRACE(std::string{text});
  Packet p;
  std::string payload, expected = "ok";
  std::string_view rest = text;
  const std::size_t open = text.find('"');
  if (open != text.npos) {
    const std::size_t close = text.find('"', open + 1);
    payload = text.substr(open + 1, close - open - 1);
    rest = text.substr(0, open);
    const std::size_t expects = text.find('=', close);
    if (expects != text.npos) expected = sorted_expectation(text.substr(expects + 1));
  } else if (const std::size_t expects = text.find('='); expects != text.npos) {
    expected = sorted_expectation(text.substr(expects + 1));
    rest = text.substr(0, expects);
  }
  std::istringstream words{std::string{rest}};
  std::string ends, flags, name, value;
  words >> ends >> flags;
  p.tcp.flags = flags_of(flags);
  p.tcp.window = 65535;
  while (words >> name) {
    if (const std::size_t star = name.find('*'); star != name.npos) {
      payload.assign(number_of(std::string_view{name}.substr(star + 1)), name[0]);
      continue;
    }
    words >> value;
    const std::uint32_t n = number_of(value);
    if (name == "seq")
      p.tcp.seq = n;
    else if (name == "ack")
      p.tcp.ack = n;
    else if (name == "win")
      p.tcp.window = static_cast<std::uint16_t>(n);
    else if (name == "ts")
      p.tcp.has_timestamp = true, p.tcp.timestamp_value = n;
    else if (name == "echo")
      p.tcp.timestamp_echo = n;
    else if (name == "scale")
      p.tcp.has_window_scale = true, p.tcp.window_scale = static_cast<std::uint8_t>(n);
    else if (name == "urgent")
      p.tcp.urgent = static_cast<std::uint16_t>(n);
    else
      ADD_FAILURE() << "unknown word " << name;
  }
  p.payload = as_bytes(payload);
  const Direction direction = ends == "C>S" ? Direction::to_server : Direction::to_client;
  const TcpOutcome outcome = segment(p, direction);
  EXPECT_EQ(outcome_text(outcome, p.events), expected);
}

TcpOutcome TcpScript::segment(Packet& p, Direction direction) {
  const bool up = direction == Direction::to_server;
  p.src = up ? flow_.client : flow_.server;
  p.dst = up ? flow_.server : flow_.client;
  p.src_port = up ? flow_.client_port : flow_.server_port;
  p.dst_port = up ? flow_.server_port : flow_.client_port;
  p.protocol = ip_protocol::tcp;
  p.has_ip = p.has_transport = true;
  now_ = now_ + milliseconds(10);
  RawPacket raw;
  raw.time = now_;
  p.raw = &raw;
  const TcpOutcome outcome = tracker_.packet(flow_, p, direction);
  p.raw = nullptr;
  return outcome;
}

std::size_t TcpScript::on_stream(Flow&, Direction direction, Bytes bytes) noexcept {
  ++deliveries;
  largest_offer = std::max(largest_offer, bytes.size());
  if (inside) inside(*this, direction);
  if (hold) return 0;
  const std::size_t n = consume_by == 0 ? bytes.size() : bytes.size() / consume_by * consume_by;
  delivered_[index(direction)] += as_text(bytes.first(n));
  return n;
}

void TcpScript::on_gap(Flow&, Direction direction, std::uint64_t missing) noexcept {
  delivered_[index(direction)] += '[' + std::to_string(missing) + ']';
}

void TcpScript::on_stream_end(Flow&, Direction direction) noexcept {
  delivered_[index(direction)] += '$';
}

}  // namespace gatehouse::flow::test
