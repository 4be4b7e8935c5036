// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/redis/session.hpp"

#include <algorithm>
#include <charconv>
#include <new>

#include "proto/redis/redis.hpp"

namespace gatehouse::proto::redis {
namespace {

constexpr auto kToServer = Direction::to_server;
constexpr auto kToClient = Direction::to_client;
constexpr std::size_t kLineEnd = 2;

// A line up to its end; false where the end is not there.
bool line_of(Bytes bytes, std::string_view& line, std::size_t& used) noexcept {
  const std::string_view window = as_text(bytes).substr(0, kMaxLine);
  const auto end = window.find('\n');
  if (end == window.npos) return false;
  used = end + 1;
  line = window.substr(0, end);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return true;
}

// The number behind the first character of a line. "RESP": "-1" is nothing.
bool number_of(std::string_view line, std::int64_t& number) noexcept {
  const char* const end = line.data() + line.size();
  const auto [at, error] = std::from_chars(line.data() + 1, end, number);
  return error == std::errc{} && at == end && number >= -1;
}

}  // namespace

Progress RedisSession::parse(Direction direction, Bytes bytes, Sink& sink) noexcept {
  sink_ = &sink;
  std::size_t at = 0;
  try {
    while (at < bytes.size()) {
      if (bulk_left_[index(direction)] > 0) {
        at += pass_bulk(direction, bytes.subspan(at));
        continue;
      }
      std::size_t used = 0;
      const Bytes rest = bytes.subspan(at);
      const Step step = direction == kToServer ? client(rest, used) : server(rest, used);
      at += used;
      if (step == Step::need_more && rest.size() < kMaxLine) return Progress::need_more(at);
      if (step == Step::done) continue;
      event(direction == kToServer ? kMalformedRequest : kMalformedReply, direction);
      return Progress::malformed();
    }
  } catch (const std::bad_alloc&) {
    return Progress::malformed();
  }
  return Progress::ok(at);
}

bool RedisSession::gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept {
  sink_ = &sink;
  std::uint64_t& left = bulk_left_[index(direction)];
  if (missing >= left) return false;  // its end must be seen
  left -= missing;
  return true;
}

void RedisSession::end(Direction direction, Sink& sink) noexcept {
  sink_ = &sink;
  ended_[index(direction)] = true;
  if (!ended_[0] || !ended_[1]) return;
  current_ = nullptr;
  while (!waiting_.empty()) complete(waiting_.front());
}

// "Bulk strings": they pass as they come; of a client's the beginning is kept.
std::size_t RedisSession::pass_bulk(Direction direction, Bytes bytes) {
  std::uint64_t& left = bulk_left_[index(direction)];
  const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(left, bytes.size()));
  if (direction == kToServer) {
    const std::uint64_t text = left > kLineEnd ? left - kLineEnd : 0;
    const std::size_t room = kKeptArgument - argument_.size();
    argument_ += as_text(bytes.first(static_cast<std::size_t>(std::min<std::uint64_t>({text, size, room}))));
  }
  left -= size;
  if (left > 0) return size;
  if (direction == kToServer)
    end_argument();
  else
    end_reply();
  return size;
}

// ---- the client

RedisSession::Step RedisSession::client(Bytes bytes, std::size_t& used) {
  std::string_view line;
  if (!line_of(bytes, line, used)) return Step::need_more;
  std::int64_t number = 0;
  if (current_ != nullptr) {
    if (!line.starts_with('$') || !number_of(line, number) || number < 0 ||
        static_cast<std::uint64_t>(number) > kLongestBulk)
      return Step::malformed;
    bulk_left_[index(kToServer)] = static_cast<std::uint64_t>(number) + kLineEnd;
    argument_.clear();
    return Step::done;
  }
  if (line.empty()) return Step::done;
  if (!line.starts_with('*')) {
    if (!std::ranges::all_of(line, [](char c) { return c >= ' ' || c == '\t' || c < 0; })) return Step::malformed;
    inline_command(line);
    return Step::done;
  }
  if (!number_of(line, number) || static_cast<std::uint64_t>(std::max<std::int64_t>(number, 0)) > kMostArguments)
    return Step::malformed;
  if (number <= 0) return Step::done;
  begin_command();
  arguments_left_ = static_cast<std::uint64_t>(number);
  return Step::done;
}

// "Inline commands": words in a line, for people.
void RedisSession::inline_command(std::string_view line) {
  begin_command();
  while (!(line = trim(line)).empty()) {
    const std::size_t end = std::min(line.find(' '), line.size());
    take_argument(line.substr(0, std::min(end, kKeptArgument)));
    line.remove_prefix(end);
  }
  if (argument_index_ == 0) {
    waiting_.pop_back();
    current_ = nullptr;
    return;
  }
  end_command();
}

void RedisSession::begin_command() {
  if (waiting_.size() >= kMaxTransactions) {
    event(kTooManyTransactions, kToServer, &waiting_.front());
    complete(waiting_.front());
  }
  current_ = &waiting_.emplace_back(memory_);
  current_->protocol = &redis::protocol;
  current_->id = next_id_++;
  argument_index_ = 0;
  hello_auth_ = 0;
}

void RedisSession::end_argument() {
  take_argument(argument_);
  if (--arguments_left_ == 0) end_command();
}

void RedisSession::take_argument(std::string_view text) {
  const std::uint64_t at = argument_index_++;
  RedisTransaction& tx = *current_;
  if (at == 0) {
    tx.command = text;
    for (char& c : tx.command)
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
    return;
  }
  switch (arguments_of(tx.command)) {
    case Arguments::first_is_key:
      if (at == 1) keep(tx.keys, text);
      return;
    case Arguments::all_are_keys:
      return keep(tx.keys, text);
    case Arguments::every_other_is_key:
      if (at % 2 == 1) keep(tx.keys, text);
      return;
    case Arguments::plain:
      return keep(tx.arguments, text);
    case Arguments::secret:
      // AUTH password, or AUTH user password: the first is a name where a second follows.
      if (at == 1 && arguments_left_ == 2) tx.user = text;
      return;
    case Arguments::hello:
      if (equals_nocase(text, "AUTH")) hello_auth_ = at;
      if (at == 1) keep(tx.arguments, text);
      if (hello_auth_ > 0 && at == hello_auth_ + 1) tx.user = text;
      return;
  }
}

void RedisSession::keep(std::pmr::vector<Text>& list, std::string_view text) {
  if (list.size() == kKeptArguments)
    event(kTooManyArguments, kToServer, current_);
  else
    list.emplace_back(text);
}

void RedisSession::end_command() {
  RedisTransaction& tx = *current_;
  current_ = nullptr;
  tx.stage[index(kToServer)] = kComplete;
  sink_->update(tx, kToServer);
  if (begins_pushes(tx.command)) pushes_ = true;
  if (!pushes_) return;
  while (!waiting_.empty()) complete(waiting_.front());
}

// ---- the server

RedisSession::Step RedisSession::server(Bytes bytes, std::size_t& used) {
  std::string_view line;
  if (!line_of(bytes, line, used)) return Step::need_more;
  return line.empty() ? Step::malformed : reply_line(line);
}

// "RESP protocol description": the first character says what it is.
RedisSession::Step RedisSession::reply_line(std::string_view line) {
  std::int64_t number = 0;
  if (depth_ == 0) push_ = line[0] == '>';
  switch (line[0]) {
    case '-':
      if (depth_ == 0 && !pushes_ && !waiting_.empty() && &waiting_.front() != current_) {
        RedisTransaction& tx = waiting_.front();
        tx.error = line.substr(1, kKeptArgument);
        if (line.starts_with("-NOAUTH")) event(kNotAuthenticated, kToClient, &tx);
      }
      [[fallthrough]];
    case '+':
    case ':':
    case '_':
    case '#':
    case ',':
    case '(':
      end_reply();
      return Step::done;
    case '$':
    case '=':
    case '!':
      if (line == "$?" || !number_of(line, number) || static_cast<std::uint64_t>(number + 1) > kLongestBulk)
        return Step::malformed;
      if (number < 0)
        end_reply();
      else
        bulk_left_[index(kToClient)] = static_cast<std::uint64_t>(number) + kLineEnd;
      return Step::done;
    case '*':
    case '~':
    case '>':
    case '%':
    case '|':
      break;
    default:
      return Step::malformed;
  }
  if (!number_of(line, number) || number > (std::int64_t{1} << 32) || depth_ == kMaxDepth) return Step::malformed;
  const bool pairs = line[0] == '%' || line[0] == '|';
  const std::uint64_t elements = number < 0 ? 0 : static_cast<std::uint64_t>(number) * (pairs ? 2 : 1);
  // "Attributes" stand before the value that they describe, and count as nothing.
  const bool attribute = line[0] == '|';
  if (elements > 0)
    left_[depth_++] = elements + (attribute ? 1 : 0);
  else if (!attribute)
    end_reply();
  return Step::done;
}

// One element is complete, and so may be the lists that it ends.
void RedisSession::end_reply() {
  while (depth_ > 0) {
    if (--left_[depth_ - 1] > 0) return;
    --depth_;
  }
  if (push_ || pushes_ || waiting_.empty() || &waiting_.front() == current_) return;
  waiting_.front().answered = true;
  complete(waiting_.front());
}

void RedisSession::complete(RedisTransaction& tx) noexcept {
  tx.stage = {kComplete, kComplete};
  sink_->update(tx, kToClient);
  sink_->log(tx, kToServer);
  sink_->close(tx);
  if (&tx == current_) current_ = nullptr;
  waiting_.erase(std::ranges::find_if(waiting_, [&](const RedisTransaction& other) { return &other == &tx; }));
}

void RedisSession::event(Event row, Direction direction, Transaction* tx) noexcept {
  const std::uint64_t bit = 1ull << row;
  if ((tx != nullptr ? tx->events : session_events_) & bit) return;
  if (tx == nullptr) session_events_ |= bit;
  sink_->event(tx, row, direction);
}

}  // namespace gatehouse::proto::redis
