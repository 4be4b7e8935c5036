// SPDX-License-Identifier: GPL-3.0-or-later
// The control connection of FTP: commands, their replies in order, and the data connections that they arrange.
#pragma once

#include <array>

#include "proto/ftp/transaction.hpp"
#include "proto/line/line_reader.hpp"

namespace gatehouse::proto::ftp {

class FtpSession final : public Session {
 public:
  explicit FtpSession(Memory& memory) noexcept : memory_(memory) {}
  ~FtpSession() override;

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  void command(std::string_view line, bool cut);
  void run(FtpTransaction& tx);
  void reply(std::string_view line, bool cut);
  void final_reply(FtpTransaction& tx, unsigned code, std::string_view text);

  void take_port(FtpTransaction& tx, const std::optional<DataPort>& place);
  void take_passive(FtpTransaction& tx, const std::optional<DataPort>& place);
  void arrange(std::string_view command, std::string_view file);

  FtpTransaction& begin();
  void complete_first() noexcept;
  void event(Event row, Direction direction, FtpTransaction* tx) noexcept;

  Memory& memory_;
  Sink* sink_ = nullptr;  // of the call at hand
  std::array<LineReader<kMaxLine>, 2> lines_;
  FtpTransaction* first_ = nullptr;  // that waits for its reply
  FtpTransaction* last_ = nullptr;
  std::size_t waiting_ = 0;
  std::uint64_t next_id_ = 0;
  unsigned multiline_ = 0;  // the code of the reply whose lines are coming
  Mode mode_ = Mode::none;  // how the next data connection is made
  std::uint16_t data_port_ = 0;
  bool refused_ = false;  // the client named a third host: nothing is arranged
  bool change_to_tls_ = false;
  std::array<bool, 2> ended_{};
};

}  // namespace gatehouse::proto::ftp
