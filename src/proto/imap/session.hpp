// SPDX-License-Identifier: GPL-3.0-or-later
// The state machine of IMAP: lines and the literals between them, commands by tag, mails that are fetched or appended.
#pragma once

#include <array>

#include "proto/imap/transaction.hpp"
#include "proto/line/line_reader.hpp"
#include "proto/mime/parser.hpp"

namespace gatehouse::proto::imap {

class ImapSession final : public Session, private mime::Receiver {
 public:
  explicit ImapSession(Memory& memory) noexcept : memory_(memory), command_(&memory) {}
  ~ImapSession() override;

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  struct Side {
    LineReader<kMaxLine> lines;
    std::uint64_t literal_left = 0;
    bool literal_is_mail = false;
    bool continues = false;  // the next line belongs to what a literal interrupted
    bool ended = false;
  };

  std::size_t take_literal(Direction direction, Bytes bytes);
  void end_literal(Direction direction) noexcept;
  void client_line(std::string_view line);
  void begin_command(std::string_view line);
  void finish_command();
  void server_line(std::string_view line);
  void tagged(ImapTransaction& tx, const Response& response);
  void begin_mail(Direction direction, ImapTransaction& tx);

  ImapTransaction& begin();
  ImapTransaction* find(std::string_view tag) noexcept;
  void complete(ImapTransaction& tx) noexcept;
  void event(Event row, Direction direction, ImapTransaction* tx) noexcept;

  // mime::Receiver
  void file_open(std::string_view name) noexcept override;
  void file_data(Bytes data) noexcept override;
  void file_gap(std::uint64_t missing) noexcept override;
  void file_close(bool truncated) noexcept override;
  void anomaly(mime::Anomaly anomaly) noexcept override;
  void headers_done() noexcept override;

  Memory& memory_;
  Sink* sink_ = nullptr;  // of the call at hand
  std::array<Side, 2> sides_{};
  mime::Text command_;                  // the client's command so far, its literals as quoted strings
  ImapTransaction* current_ = nullptr;  // of the command that is being sent
  ImapTransaction* first_ = nullptr;
  std::size_t waiting_ = 0;
  std::uint64_t next_id_ = 0, session_events_ = 0;

  mime::Parser* mime_ = nullptr;        // made with the first mail; reads one at a time
  ImapTransaction* mail_of_ = nullptr;  // whose mail it reads
  Direction mail_direction_{};
  FileId file_ = 0;

  bool greeted_ = false, auth_data_ = false;  // auth_data_: the client's next line is no command
  bool change_to_tls_ = false, compressed_ = false;
};

}  // namespace gatehouse::proto::imap
