// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/socks/session.hpp"

#include "proto/socks/socks.hpp"

namespace gatehouse::proto::socks {
namespace {

constexpr auto up = Direction::to_server, down = Direction::to_client;
constexpr std::uint8_t kStarted = 0, kComplete = 1;

void assign(std::pmr::string& to, Bytes from) {
  to.assign(as_text(from));
}

}  // namespace

Direction SocksSession::speaker() const noexcept {
  return turn_ == Turn::hello || turn_ == Turn::login || turn_ == Turn::request ? up : down;
}

// A client may send on before it is answered; what it sends is read when the answer has come.
Progress SocksSession::parse(Direction d, Bytes bytes, Sink& sink) noexcept {
  tx_.protocol = &protocol;
  std::size_t at = 0;
  while (at < bytes.size() && turn_ != Turn::over) {
    if (speaker() != d && d == up) return Progress::need_more(at);
    std::size_t used = 0;
    const Outcome outcome = speaker() == d ? read(bytes.subspan(at), used, sink) : Outcome::malformed;
    if (outcome == Outcome::need_more) return Progress::need_more(at);
    if (outcome == Outcome::malformed) {
      sink.event(&tx_, event::malformed_data, d);
      close(sink);
      return Progress::malformed();
    }
    at += used;
  }
  if (turn_ != Turn::over) return Progress::ok(at);
  if (!tunnel_) return Progress::finished(at);
  sink.change_protocol("");
  return Progress::ok(at);
}

Outcome SocksSession::read(Bytes bytes, std::size_t& used, Sink& sink) noexcept {
  switch (turn_) {
    case Turn::hello:
      return read_hello(bytes, used, sink);
    case Turn::method:
      return read_method(bytes, used, sink);
    case Turn::login:
      return read_login_message(bytes, used, sink);
    case Turn::login_reply:
      return read_login_reply(bytes, used, sink);
    case Turn::request:
      return read_request(bytes, used, sink);
    case Turn::reply:
    case Turn::bound:
      return read_reply(bytes, used, sink);
    case Turn::over:
      break;
  }
  return Outcome::malformed;
}

Outcome SocksSession::read_hello(Bytes bytes, std::size_t& used, Sink& sink) noexcept {
  tx_.version = bytes[0];
  if (tx_.version == kVersion4) return read_request(bytes, used, sink);
  Greeting greeting;
  const Outcome outcome = read_greeting(bytes, greeting);
  if (outcome != Outcome::done) return outcome;
  used = greeting.size;
  turn_ = Turn::method;
  return Outcome::done;
}

// RFC 1928, 3: "VER METHOD".
Outcome SocksSession::read_method(Bytes bytes, std::size_t& used, Sink& sink) noexcept {
  Cursor c{bytes};
  const std::uint8_t version = c.u8();
  const std::uint8_t method = c.u8();
  if (!c.ok()) return Outcome::need_more;
  if (version != kVersion5) return Outcome::malformed;
  used = c.position();
  tx_.method = method;
  tell(down, kStarted, sink);
  if (method == method::none) {
    turn_ = Turn::request;
  } else if (method == method::username_password) {
    turn_ = Turn::login;
  } else {
    // What GSSAPI and the others agree on is between the two.
    if (method == method::no_acceptable) sink.event(&tx_, event::no_acceptable_method, down);
    close(sink);
  }
  return Outcome::done;
}

Outcome SocksSession::read_login_message(Bytes bytes, std::size_t& used, Sink& sink) noexcept {
  Login login;
  const Outcome outcome = read_login(bytes, login);
  if (outcome != Outcome::done) return outcome;
  used = login.size;
  assign(tx_.user, login.user);
  assign(tx_.password, login.password);
  turn_ = Turn::login_reply;
  tell(up, kStarted, sink);
  return Outcome::done;
}

// RFC 1929, 2: "A STATUS field of X'00' indicates success."
Outcome SocksSession::read_login_reply(Bytes bytes, std::size_t& used, Sink& sink) noexcept {
  Cursor c{bytes};
  c.skip(1);
  const std::uint8_t status = c.u8();
  if (!c.ok()) return Outcome::need_more;
  used = c.position();
  turn_ = Turn::request;
  if (status == 0) return Outcome::done;
  sink.event(&tx_, event::login_failed, down);
  close(sink);
  return Outcome::done;
}

Outcome SocksSession::read_request(Bytes bytes, std::size_t& used, Sink& sink) noexcept {
  Request request;
  const Outcome outcome = tx_.version == kVersion4 ? read_request4(bytes, request) : read_request5(bytes, request);
  if (outcome != Outcome::done) return outcome;
  used = request.size;
  keep(request, sink);
  turn_ = Turn::reply;
  return Outcome::done;
}

void SocksSession::keep(const Request& request, Sink& sink) noexcept {
  tx_.command = request.command;
  tx_.port = request.port;
  assign(tx_.domain, request.domain);
  if (request.address.version != 0) {
    std::array<char, kIpText> text;
    tx_.address.assign(format_ip(request.address, text.data()));
  }
  if (!request.user.empty()) assign(tx_.user, request.user);
  tell(up, kComplete, sink);
}

// RFC 1928, 4: BIND is answered twice, the second time "after the anticipated incoming connection succeeds or fails".
Outcome SocksSession::read_reply(Bytes bytes, std::size_t& used, Sink& sink) noexcept {
  Reply reply;
  const Outcome outcome = tx_.version == kVersion4 ? read_reply4(bytes, reply) : read_reply5(bytes, reply);
  if (outcome != Outcome::done) return outcome;
  used = reply.size;
  tx_.reply = reply.code;
  if (reply.granted && tx_.command == command::bind && turn_ == Turn::reply) {
    turn_ = Turn::bound;
    return Outcome::done;
  }
  if (!reply.granted) sink.event(&tx_, event::refused, down);
  tell(down, kComplete, sink);
  // The connection of UDP ASSOCIATE only stays open as long as datagrams are relayed.
  tunnel_ = reply.granted && tx_.command != command::udp_associate;
  close(sink);
  return Outcome::done;
}

void SocksSession::tell(Direction d, std::uint8_t stage, Sink& sink) noexcept {
  tx_.stage[index(d)] = stage;
  sink.update(tx_, d);
}

void SocksSession::close(Sink& sink) noexcept {
  if (turn_ == Turn::over) return;
  turn_ = Turn::over;
  sink.log(tx_, up);
  sink.close(tx_);
}

void SocksSession::end(Direction d, Sink& sink) noexcept {
  ended_[index(d)] = true;
  if (ended_[0] && ended_[1] && tx_.protocol != nullptr) close(sink);
}

}  // namespace gatehouse::proto::socks
