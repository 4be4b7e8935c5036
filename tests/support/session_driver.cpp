// SPDX-License-Identifier: GPL-3.0-or-later
#include "support/session_driver.hpp"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

namespace gatehouse::test {
namespace {

constexpr std::size_t kLogBuffer = 1 << 20;

std::string_view name(Direction d) {
  return d == Direction::to_server ? "to_server" : "to_client";
}

std::string sha256(std::string_view data) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(data.data(), data.size(), digest.data(), &size, EVP_sha256(), nullptr);
  std::string text;
  for (unsigned i = 0; i < size; ++i) text += fmt::format("{:02x}", digest[i]);
  return text;
}

std::string printable(FieldType type, const FieldValue& value) {
  return type == FieldType::number ? std::to_string(value.number) : std::string(as_text(value.bytes));
}

}  // namespace

SessionDriver::SessionDriver(const ProtocolSpec& protocol, bool datagrams)
    : protocol_(protocol), session_(protocol.create_for(datagrams, memory_)) {}

SessionDriver::~SessionDriver() {
  protocol_.destroy(session_, memory_);
}

void SessionDriver::feed(Direction direction, Bytes bytes) {
  auto& pending = pending_[index(direction)];
  pending.insert(pending.end(), bytes.begin(), bytes.end());
  run(direction);
}

void SessionDriver::datagram(Direction direction, Bytes bytes) {
  if (stopped_) return;
  last_ = session_->parse(direction, bytes, *this).status;
  if (last_ == Status::finished) stopped_ = true;  // malformed ends one datagram, not the session
}

void SessionDriver::gap(Direction direction, std::uint64_t missing) {
  if (stopped_) return;
  pending_[index(direction)].clear();
  if (!session_->gap(direction, missing, *this)) stopped_ = true;
}

void SessionDriver::finish() {
  session_->end(Direction::to_server, *this);
  session_->end(Direction::to_client, *this);
}

void SessionDriver::run(Direction direction) {
  auto& pending = pending_[index(direction)];
  while (!stopped_ && !pending.empty()) {
    const Progress progress = session_->parse(direction, pending, *this);
    last_ = progress.status;
    if (progress.consumed > pending.size()) {
      ADD_FAILURE() << "consumed " << progress.consumed << " of " << pending.size();
      std::abort();
    }
    pending.erase(pending.begin(), pending.begin() + static_cast<std::ptrdiff_t>(progress.consumed));
    if (progress.status == Status::malformed || progress.status == Status::finished) stopped_ = true;
    if (progress.status == Status::need_more || progress.consumed == 0) break;
  }
  if (pending.size() > protocol_.max_pending && last_ == Status::need_more && !stopped_) {
    lines_.push_back("pending limit");
    stopped_ = true;
  }
}

void SessionDriver::update(Transaction& tx, Direction direction) noexcept {
  const ProtocolSpec& protocol = tx.protocol != nullptr ? *tx.protocol : protocol_;
  for (const FieldSpec& field : protocol.fields) {
    if (field.type == FieldType::stream) continue;  // depends on how the stream was cut, by its nature
    if (field.direction != FieldDirection::both && static_cast<unsigned>(field.direction) != index(direction)) continue;
    for (unsigned i = 0; i < 64; ++i) {
      const FieldValue value = field.get(tx, i);
      if (!value.present) break;
      auto& seen = fields_[std::string(field.name)];
      const std::string text = printable(field.type, value);
      if (std::ranges::find(seen, text) == seen.end()) seen.push_back(text);
      if (field.type != FieldType::list) break;
    }
  }
}

void SessionDriver::log(Transaction& tx, Direction) noexcept {
  static thread_local std::vector<char> buffer(kLogBuffer);
  JsonWriter json{buffer};
  json.open_object();
  const ProtocolSpec& protocol = tx.protocol != nullptr ? *tx.protocol : protocol_;
  protocol.log(tx, json);
  json.close_object();
  lines_.push_back(fmt::format("log {} {}", protocol.log_type, json.text()));
}

void SessionDriver::close(Transaction& tx) noexcept {
  (void)tx;
}

void SessionDriver::event(Transaction* tx, std::uint8_t event, Direction direction) noexcept {
  if (event >= protocol_.events.size()) std::abort();
  if (tx != nullptr) tx->events |= 1ull << event;
  lines_.push_back(fmt::format("event {} {}", name(direction), protocol_.events[event].name));
}

FileId SessionDriver::file_open(Transaction&, Direction direction, const FileMeta& meta) noexcept {
  const auto id = static_cast<FileId>(files_.size());
  files_.push_back({std::string(meta.name), {}, true});
  lines_.push_back(fmt::format("file {} open {} {}", id, name(direction), meta.name));
  return id;
}

void SessionDriver::file_data(FileId id, Bytes data) noexcept {
  if (id >= files_.size() || !files_[id].open) std::abort();
  files_[id].data += as_text(data);
}

void SessionDriver::file_gap(FileId id, std::uint64_t missing) noexcept {
  if (id >= files_.size() || !files_[id].open) std::abort();
  files_[id].data += fmt::format("[gap {}]", missing);
}

void SessionDriver::file_close(FileId id, bool truncated) noexcept {
  if (id >= files_.size() || !files_[id].open) std::abort();
  files_[id].open = false;
  lines_.push_back(fmt::format("file {} {} {} bytes sha256 {}", id, truncated ? "truncated" : "close",
                               files_[id].data.size(), sha256(files_[id].data)));
}

void SessionDriver::change_protocol(std::string_view next) noexcept {
  lines_.push_back(fmt::format("change {}", next.empty() ? "any" : next));
  stopped_ = true;
}

const ProtocolSpec* SessionDriver::refine_protocol(std::string_view wanted) noexcept {
  if (offered_ == nullptr || offered_->name != wanted) return nullptr;
  lines_.push_back(fmt::format("refine {}", wanted));
  return offered_;
}

void SessionDriver::expect_session(const ExpectedSession& expected) noexcept {
  lines_.push_back(fmt::format("expect {}{} at {} {}:{} {}", expected.protocol, expected.datagrams ? " over udp" : "",
                               expected.listener == Direction::to_server ? "server" : "client",
                               expected.address.version != 0 ? to_string(expected.address) : "itself", expected.port,
                               expected.introduction));
}

void SessionDriver::host(Direction end, std::string_view address) {
  hosts_[index(end)] = IpAddress::parse(address).value();
}

bool SessionDriver::is_host(Direction end, const IpAddress& address) const noexcept {
  return hosts_[index(end)].version == 0 || hosts_[index(end)] == address;
}

void SessionDriver::introduce(std::string_view introduction, Direction to_its_server) {
  session_->introduce(as_bytes(introduction), to_its_server);
}

std::string SessionDriver::text() const {
  std::string all;
  for (const std::string& line : lines_) all += line + "\n";
  return all;
}

namespace {

std::string play(const ProtocolSpec& protocol, const std::vector<Turn>& conversation, std::size_t turn_to_cut,
                 std::size_t cut, bool byte_by_byte) {
  SessionDriver driver{protocol};
  for (std::size_t t = 0; t < conversation.size(); ++t) {
    const std::string_view bytes = conversation[t].bytes;
    const Direction direction = conversation[t].direction;
    if (byte_by_byte) {
      for (const char& c : bytes) driver.feed(direction, std::string_view(&c, 1));
    } else if (t == turn_to_cut && cut > 0 && cut < bytes.size()) {
      driver.feed(direction, bytes.substr(0, cut));
      driver.feed(direction, bytes.substr(cut));
    } else {
      driver.feed(direction, bytes);
    }
  }
  driver.finish();
  return driver.text();
}

}  // namespace

std::string expect_same_in_any_chunks(const ProtocolSpec& protocol, const std::vector<Turn>& conversation,
                                      std::size_t most_cuts) {
  const std::string whole = play(protocol, conversation, conversation.size(), 0, false);
  std::size_t bytes = 0;
  for (const Turn& turn : conversation) bytes += turn.bytes.size();
  const std::size_t step = std::max<std::size_t>(1, bytes / most_cuts);
  for (std::size_t t = 0; t < conversation.size(); ++t) {
    for (std::size_t cut = 1; cut < conversation[t].bytes.size(); cut += step) {
      const std::string other = play(protocol, conversation, t, cut, false);
      EXPECT_EQ(whole, other) << protocol.name << ": turn " << t << " cut at byte " << cut;
      if (other != whole) return whole;
    }
  }
  EXPECT_EQ(whole, play(protocol, conversation, 0, 0, true)) << protocol.name << ": byte by byte";
  return whole;
}

void expect_prefixes_need_more(const ProtocolSpec& protocol, Direction direction, std::string_view message) {
  for (std::size_t size = 1; size < message.size(); ++size) {
    SessionDriver driver{protocol};
    driver.feed(direction, message.substr(0, size));
    EXPECT_NE(driver.last_status(), Status::malformed) << protocol.name << ": prefix of " << size;
    EXPECT_EQ(driver.text(), "") << protocol.name << ": prefix of " << size;
    if (driver.last_status() == Status::malformed || !driver.lines().empty()) return;
  }
}

void fuzz_session(const ProtocolSpec& protocol, Bytes input, bool datagrams) {
  SessionDriver driver{protocol, datagrams};
  // Each turn: one byte that says direction (bit 0), a gap before it (bit 1), then two bytes of length, then the bytes.
  Cursor cursor{input};
  while (!cursor.empty()) {
    const std::uint8_t how = cursor.u8();
    const auto length = std::min<std::size_t>(cursor.u16(), cursor.remaining());
    const Bytes bytes = cursor.take(length);
    const Direction direction = how & 1 ? Direction::to_client : Direction::to_server;
    if (how & 2) driver.gap(direction, how);
    if (datagrams)
      driver.datagram(direction, bytes);
    else
      driver.feed(direction, bytes);
  }
  driver.finish();
}

std::string from_hex(std::string_view hex) {
  std::string bytes;
  int high = -1;
  bool comment = false;
  for (const char c : hex) {
    if (c == '\n')
      comment = false;
    else if (c == '#')
      comment = true;
    if (comment || !std::isxdigit(static_cast<unsigned char>(c))) continue;
    const int digit = c <= '9' ? c - '0' : (c | 32) - 'a' + 10;
    if (high < 0)
      high = digit;
    else
      bytes.push_back(static_cast<char>(high << 4 | digit)), high = -1;
  }
  return bytes;
}

}  // namespace gatehouse::test
