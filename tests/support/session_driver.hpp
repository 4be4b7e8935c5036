// SPDX-License-Identifier: GPL-3.0-or-later
// Drives a protocol's Session as the engine does, and writes down everything it tells as lines of text: the common
// ground of the parsers' unit tests, chunking tests and fuzz targets.
#pragma once

#include <array>
#include <map>
#include <memory_resource>
#include <string>
#include <string_view>
#include <vector>

#include "base/cursor.hpp"
#include "model/protocol.hpp"

namespace gatehouse::test {

class SessionDriver : public Sink {
 public:
  // `datagrams`: the session of a flow over UDP, where the protocol makes a difference.
  explicit SessionDriver(const ProtocolSpec& protocol, bool datagrams = false);
  ~SessionDriver() override;

  // Stream bytes: appended to what the session has not consumed yet, then parsed.
  void feed(Direction direction, Bytes bytes);
  void feed(Direction direction, std::string_view text) { feed(direction, as_bytes(text)); }
  void datagram(Direction direction, Bytes bytes);
  void gap(Direction direction, std::uint64_t missing);
  // As the engine does for a flow that another session arranged.
  void introduce(std::string_view introduction, Direction to_its_server);
  // What refine_protocol() finds under its name; without it there is no such protocol.
  void offer(const ProtocolSpec& special_case) { offered_ = &special_case; }
  // The addresses of the flow's server (to_server) and client; without them every address is theirs.
  void host(Direction end, std::string_view address);
  // Both directions end; open transactions are logged and closed.
  void finish();

  // One line each: "log dns {...}", "event to_server invalid_opcode", "file 0 open name", "file 0 close 68 bytes sha256
  // …", "change tls", "expect ftp-data at server 192.0.2.1:2048 RETR…". Body bytes are joined, so that the lines do not
  // depend on how the stream was cut.
  const std::vector<std::string>& lines() const { return lines_; }
  std::string text() const;
  Status last_status() const { return last_; }
  bool stopped() const { return stopped_; }
  std::size_t pending(Direction direction) const { return pending_[index(direction)].size(); }
  // The values that fields had at each update: field name -> values as text, in order, repeats left out.
  const std::map<std::string, std::vector<std::string>>& fields() const { return fields_; }
  const std::string& file(FileId id) const { return files_.at(id).data; }

  // Sink
  Timestamp now() const noexcept override { return {1'700'000'000'000'000}; }
  void update(Transaction& tx, Direction direction) noexcept override;
  void log(Transaction& tx, Direction direction) noexcept override;
  void close(Transaction& tx) noexcept override;
  void event(Transaction* tx, std::uint8_t event, Direction direction) noexcept override;
  FileId file_open(Transaction& tx, Direction direction, const FileMeta& meta) noexcept override;
  void file_data(FileId file, Bytes data) noexcept override;
  void file_gap(FileId file, std::uint64_t missing) noexcept override;
  void file_close(FileId file, bool truncated) noexcept override;
  void change_protocol(std::string_view name) noexcept override;
  const ProtocolSpec* refine_protocol(std::string_view name) noexcept override;
  void expect_session(const ExpectedSession& expected) noexcept override;
  bool is_host(Direction end, const IpAddress& address) const noexcept override;

 private:
  struct File {
    std::string name, data;
    bool open = true;
  };
  void run(Direction direction);

  const ProtocolSpec& protocol_;
  const ProtocolSpec* offered_ = nullptr;
  std::pmr::unsynchronized_pool_resource memory_;
  Session* session_;
  std::array<std::vector<std::uint8_t>, 2> pending_;
  std::array<IpAddress, 2> hosts_{};
  std::vector<std::string> lines_;
  std::map<std::string, std::vector<std::string>> fields_;
  std::vector<File> files_;
  Status last_ = Status::ok;
  bool stopped_ = false;
};

// One step of a conversation.
struct Turn {
  Direction direction;
  std::string bytes;
};

// Feeds the conversation whole, then with each turn cut in two at every byte (or at `most_cuts` evenly spread ones),
// then byte by byte; every time what is told must be the same. Returns the whole one's text; on a difference fails the
// test.
std::string expect_same_in_any_chunks(const ProtocolSpec& protocol, const std::vector<Turn>& conversation,
                                      std::size_t most_cuts = 2000);

// Every proper prefix of `message` leaves the session wanting more: no event, no malformed, nothing logged.
void expect_prefixes_need_more(const ProtocolSpec& protocol, Direction direction, std::string_view message);

// For fuzz targets: the input is cut into turns by its own bytes and fed; streams for TCP protocols, datagrams for UDP.
void fuzz_session(const ProtocolSpec& protocol, Bytes input, bool datagrams);

// "16 03 01" with any white space, or "# comment" to the end of a line -> bytes.
std::string from_hex(std::string_view hex);

}  // namespace gatehouse::test
