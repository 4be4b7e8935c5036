// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/mysql/session.hpp"

#include <algorithm>
#include <new>

#include "proto/mysql/mysql.hpp"

namespace gatehouse::proto::mysql {
namespace {

constexpr auto kToServer = Direction::to_server;
constexpr auto kToClient = Direction::to_client;
constexpr std::uint8_t kOk = 0x00, kMore = 0x01, kInfile = 0xfb, kEof = 0xfe, kError = 0xff;

std::string_view shortened(Bytes text) noexcept {
  return as_text(text).substr(0, kMaxText);
}

}  // namespace

Progress MysqlSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  sink_ = &sink;
  Stream& stream = streams_[index(direction)];
  std::size_t at = 0;
  try {
    while (at < bytes.size()) {
      if (stream.left > 0) {
        const std::size_t passed = std::min<std::size_t>(stream.left, bytes.size() - at);
        if (stream.is_file) sink.file_data(file_, bytes.subspan(at, passed));
        stream.left -= static_cast<std::uint32_t>(passed);
        at += passed;
        continue;
      }
      std::size_t used = 0;
      const Step result = step(direction, bytes.subspan(at), used);
      at += used;
      switch (result) {
        case Step::done:
          break;
        case Step::need_more:
          return Progress::need_more(at);
        case Step::malformed:
          event(kMalformedPacket, direction);
          return Progress::malformed();
        case Step::changed:
          sink.change_protocol("tls");
          return Progress::ok(at);
        case Step::finished:
          return Progress::finished(at);
      }
    }
  } catch (const std::bad_alloc&) {
    return Progress::malformed();
  }
  return Progress::ok(at);
}

MysqlSession::Step MysqlSession::step(Direction direction, Bytes bytes, std::size_t& used) {
  if (bytes.size() < kHeader) return Step::need_more;
  Cursor c{bytes};
  const Header header{c};
  Stream& stream = streams_[index(direction)];
  const bool belongs_to_last = stream.continues;
  const bool file = direction == kToServer && sends_file_;
  const std::size_t window = belongs_to_last || file ? 0 : direction == kToServer ? kWindow : kAnswer;
  const std::size_t wanted = std::min<std::size_t>(header.length, window);
  if (bytes.size() - kHeader < wanted) return Step::need_more;
  used = kHeader + wanted;
  stream.left = header.length - static_cast<std::uint32_t>(wanted);
  stream.continues = header.length == kFullPacket;
  stream.is_file = file && stream.left > 0;
  if (file) {
    if (header.length == 0 && !belongs_to_last) end_infile(false);
    return Step::done;
  }
  if (belongs_to_last) return Step::done;
  const bool cut = stream.left > 0 || stream.continues;
  if (cut && direction == kToServer) event(kPacketTooLong, direction);
  const Bytes body = bytes.subspan(kHeader, wanted);
  return direction == kToServer ? client(header, body, cut) : server(body);
}

bool MysqlSession::gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept {
  Stream& stream = streams_[index(direction)];
  if (missing > stream.left) return false;
  stream.left -= static_cast<std::uint32_t>(missing);
  if (stream.is_file) sink.file_gap(file_, missing);
  return true;
}

void MysqlSession::end(Direction direction, Sink& sink) noexcept {
  sink_ = &sink;
  ended_[index(direction)] = true;
  if (!ended_[0] || !ended_[1]) return;
  end_infile(true);
  while (!waiting_.empty()) complete(waiting_.front());
}

// ---- the client

MysqlSession::Step MysqlSession::client(const Header& header, Bytes body, bool cut) {
  switch (phase_) {
    case Phase::login:
      return login(body);
    case Phase::authentication:
      return Step::done;  // scrambles
    case Phase::unknown:
      // "Connection Phase": the client's first packet is numbered 1, commands are numbered 0.
      if (header.sequence == 1 && body.size() >= kLoginHead) return login(body);
      phase_ = Phase::commands;
      break;
    case Phase::commands:
      break;
  }
  if (header.sequence != 0) return Step::done;  // what COM_CHANGE_USER is asked for
  return body.empty() ? Step::malformed : command(body, cut);
}

MysqlSession::Step MysqlSession::login(Bytes body) {
  Cursor c{body};
  const Login login{c};
  if ((login.capabilities & capability::protocol_41) == 0) return Step::finished;  // a client of before 2004
  if (!c.ok()) return Step::malformed;
  MysqlTransaction& tx = waiting_.empty() ? open(Command::login) : waiting_.front();
  capabilities_ = login.capabilities;
  if (login.is_ssl_request()) {
    tx.encrypted = true;
    complete(tx);
    return Step::changed;
  }
  tx.user = shortened(login.user);
  tx.database = shortened(login.database);
  tx.program = shortened(login.program);
  if (!login.plugin.empty()) tx.plugin = shortened(login.plugin);
  tx.stage[index(kToServer)] = kComplete;
  sink_->update(tx, kToServer);
  phase_ = Phase::authentication;
  return Step::done;
}

MysqlSession::Step MysqlSession::command(Bytes body, bool cut) {
  Cursor c{body};
  const std::uint8_t code = c.u8();
  if (code > kLastCommand) return Step::malformed;
  // A command while another waits: the answers of that one have ended.
  MysqlTransaction& tx = open(static_cast<Command>(code));
  switch (tx.command) {
    case Command::query:
      if ((capabilities_ & capability::query_attributes) != 0) {
        (void)length_encoded(c);  // "COM_QUERY": how many parameters; where there are some, they stand before the text
        (void)length_encoded(c);
      }
      [[fallthrough]];
    case Command::stmt_prepare:
      tx.query = as_text(c.rest());
      break;
    case Command::init_db:
    case Command::create_db:
    case Command::drop_db:
      tx.database = shortened(c.rest());
      break;
    case Command::change_user:
      tx.user = shortened(zero_ended(c));
      c.skip(c.u8());
      tx.database = shortened(zero_ended(c));
      break;
    default:
      break;
  }
  tx.stage[index(kToServer)] = kComplete;
  sink_->update(tx, kToServer);
  const bool unanswered =
      tx.command == Command::quit || tx.command == Command::stmt_close || tx.command == Command::stmt_send_long_data;
  if (unanswered) complete(tx);
  return c.ok() || cut ? Step::done : Step::malformed;
}

// ---- the server

MysqlSession::Step MysqlSession::server(Bytes body) {
  if (phase_ == Phase::unknown && waiting_.empty()) return greeting(body);
  if (waiting_.empty()) return Step::done;  // the rest of an answer whose beginning was enough
  if (body.empty()) return Step::done;
  MysqlTransaction& tx = waiting_.front();
  if (phase_ != Phase::authentication) return answer(tx, body);
  if (body[0] == kEof) {  // "Protocol::AuthSwitchRequest"
    Cursor c{body.subspan(1)};
    if (body.size() > 1) tx.plugin = shortened(zero_ended(c));
    return Step::done;
  }
  if (body[0] == kMore) return Step::done;
  phase_ = Phase::commands;
  compressed_ = (capabilities_ & (capability::compress | capability::zstd)) != 0;
  if (body[0] == kError) return fail(tx, body);
  if (body[0] != kOk) return Step::malformed;
  const bool compressed = compressed_;
  const Step result = accept(tx, body);
  if (!compressed) return result;
  event(kCompressed, kToClient);
  return Step::finished;
}

MysqlSession::Step MysqlSession::greeting(Bytes body) {
  Cursor c{body};
  const std::uint8_t version = c.peek();
  if (version == kError) return fail(open(Command::login), body);
  constexpr std::uint8_t kVersion = 10;
  if (version != kVersion) {
    phase_ = Phase::commands;  // in the midst of an answer
    return Step::done;
  }
  const Greeting greeting{c};
  if (!c.ok()) return Step::malformed;
  MysqlTransaction& tx = open(Command::login);
  tx.server_version = shortened(greeting.server_version);
  tx.plugin = shortened(greeting.plugin);
  sink_->update(tx, kToClient);
  phase_ = Phase::login;
  return Step::done;
}

MysqlSession::Step MysqlSession::answer(MysqlTransaction& tx, Bytes body) {
  if (body[0] == kError) return fail(tx, body);
  if (answer_ != Answer::first) return result_set(tx, body);
  tx.answered = true;
  switch (body[0]) {
    case kOk:
      return accept(tx, body);
    case kInfile:
      if (tx.command != Command::query) break;
      infile(tx, body);
      return Step::done;
    case kEof:
      if (tx.command == Command::change_user) return Step::done;  // it is asked for a scramble
      complete(tx);
      return Step::done;
    default:
      break;
  }
  const bool set = tx.command == Command::query || tx.command == static_cast<Command>(23);
  if (!set) {
    if (tx.command != Command::change_user) complete(tx);
    return Step::done;
  }
  // "Text Resultset": how many columns, their definitions, the rows.
  Cursor c{body};
  tx.columns = columns_left_ = length_encoded(c);
  answer_ = Answer::columns;
  return c.ok() ? Step::done : Step::malformed;
}

MysqlSession::Step MysqlSession::result_set(MysqlTransaction& tx, Bytes body) {
  constexpr std::size_t kLongestEof = 8;
  const bool ends = body[0] == kEof && ((capabilities_ & capability::deprecate_eof) != 0 || body.size() <= kLongestEof);
  if (answer_ == Answer::columns) {
    if (columns_left_ > 0 && !ends) {
      --columns_left_;
      if (columns_left_ == 0 && (capabilities_ & capability::deprecate_eof) != 0) answer_ = Answer::rows;
      return Step::done;
    }
    answer_ = Answer::rows;
    return Step::done;
  }
  if (ends)
    complete(tx);
  else
    ++tx.rows;
  return Step::done;
}

MysqlSession::Step MysqlSession::fail(MysqlTransaction& tx, Bytes body) {
  Cursor c{body.subspan(1)};
  const Failure failure{c};
  tx.answered = tx.failed = true;
  tx.code = failure.code;
  tx.state = as_text(failure.state);
  tx.message = shortened(failure.message);
  end_infile(true);
  complete(tx);
  return c.ok() ? Step::done : Step::malformed;
}

MysqlSession::Step MysqlSession::accept(MysqlTransaction& tx, Bytes body) {
  Cursor c{body.subspan(1)};
  tx.answered = true;
  // "COM_STMT_PREPARE Response" begins alike, with the statement's number.
  if (tx.command != Command::stmt_prepare && tx.command != Command::login) tx.affected = length_encoded(c);
  complete(tx);
  return c.ok() ? Step::done : Step::malformed;
}

// ---- LOAD DATA LOCAL

// "LOCAL INFILE Request": the server names a file, and the client sends it. A server may do so whatever the query was.
void MysqlSession::infile(MysqlTransaction& tx, Bytes body) {
  tx.infile = shortened(body.subspan(1));
  event(kLocalInfile, kToClient, &tx);
  sink_->update(tx, kToClient);
  end_infile(true);
  file_ = sink_->file_open(tx, kToServer, {.name = tx.infile});
  sends_file_ = true;
}

void MysqlSession::end_infile(bool truncated) noexcept {
  if (!sends_file_) return;
  sends_file_ = false;
  streams_[index(kToServer)].is_file = false;
  sink_->file_close(file_, truncated);
}

// ---- transactions

MysqlTransaction& MysqlSession::open(Command command) {
  if (waiting_.size() >= kMaxTransactions) {
    event(kTooManyTransactions, kToServer, &waiting_.front());
    complete(waiting_.front());
  }
  MysqlTransaction& tx = waiting_.emplace_back(memory_);
  tx.protocol = &mysql::protocol;
  tx.id = next_id_++;
  tx.command = command;
  return tx;
}

void MysqlSession::complete(MysqlTransaction& tx) noexcept {
  if (&tx == &waiting_.front()) {
    answer_ = Answer::first;
    end_infile(true);
  }
  tx.stage = {kComplete, kComplete};
  sink_->update(tx, kToClient);
  sink_->log(tx, kToServer);
  sink_->close(tx);
  waiting_.erase(std::ranges::find_if(waiting_, [&](const MysqlTransaction& other) { return &other == &tx; }));
}

void MysqlSession::event(Event row, Direction direction, Transaction* tx) noexcept {
  const std::uint64_t bit = 1ull << row;
  if ((tx != nullptr ? tx->events : session_events_) & bit) return;
  if (tx == nullptr) session_events_ |= bit;
  sink_->event(tx, row, direction);
}

}  // namespace gatehouse::proto::mysql
