// SPDX-License-Identifier: GPL-3.0-or-later
// The state machine of POP3 (RFC 1939), with pipelining (RFC 2449), STLS (RFC 2595) and AUTH (RFC 5034).
#pragma once

#include <array>

#include "proto/line/line_reader.hpp"
#include "proto/mime/parser.hpp"
#include "proto/pop3/transaction.hpp"

namespace gatehouse::proto::pop3 {

class PopSession final : public Session, private mime::Receiver {
 public:
  explicit PopSession(Memory& memory) noexcept : memory_(memory) {}
  ~PopSession() override;

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  enum class Mode : std::uint8_t { response, lines, mail };  // what the server sends

  void command(std::string_view line, bool cut);
  void response(std::string_view line, bool cut);
  void data_line(std::string_view line);
  std::size_t take_mail(Bytes bytes);
  void begin_mail(PopTransaction& tx);

  PopTransaction& begin();
  void complete_first() noexcept;
  void event(Event row, Direction direction, PopTransaction* tx) noexcept;

  // mime::Receiver
  void file_open(std::string_view name) noexcept override;
  void file_data(Bytes data) noexcept override;
  void file_gap(std::uint64_t missing) noexcept override;
  void file_close(bool truncated) noexcept override;
  void anomaly(mime::Anomaly anomaly) noexcept override;
  void headers_done() noexcept override;

  Memory& memory_;
  Sink* sink_ = nullptr;  // of the call at hand
  std::array<LineReader<kMaxLine>, 2> lines_;
  mime::Parser* mime_ = nullptr;  // made with the first mail
  FileId file_ = 0;
  PopTransaction* first_ = nullptr;  // that waits for its response
  PopTransaction* last_ = nullptr;
  std::size_t waiting_ = 0;
  std::uint64_t next_id_ = 0;
  Mode mode_ = Mode::response;
  bool line_begins_ = true;  // of a mail
  bool auth_data_ = false;   // the client's next line is no command
  bool change_to_tls_ = false;
  std::array<bool, 2> ended_{};
};

}  // namespace gatehouse::proto::pop3
