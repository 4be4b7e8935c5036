// SPDX-License-Identifier: GPL-3.0-or-later
// The state machine of one SMTP connection (RFC 5321), with pipelining (RFC 2920), chunking (RFC 3030), STARTTLS (RFC
// 3207) and AUTH (RFC 4954).
#pragma once

#include <array>
#include <cstdint>

#include "proto/mime/parser.hpp"
#include "proto/smtp/command.hpp"
#include "proto/smtp/mail.hpp"
#include "proto/smtp/smtp.hpp"

namespace gatehouse::proto::smtp {

// A line is looked at up to here, its end included; the rest of it is passed over.
inline constexpr std::size_t kMaxLine = 4096;
inline constexpr std::uint64_t kMaxChunk = 0xffffffff;

class SmtpSession final : public Session, private mime::Receiver {
 public:
  static constexpr std::size_t kMaxMails = 32;   // waiting for their replies at a time
  static constexpr std::size_t kMaxQueued = 64;  // runs of like commands that wait for replies

  explicit SmtpSession(Memory& memory) noexcept : memory_(memory), helo_(memory) {}
  ~SmtpSession() override;

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  enum class Mode : std::uint8_t { commands, data, chunk };
  enum class LineEnd : std::uint8_t { unknown, crlf, lf };  // of a mail's first line

  // Commands that wait for their replies; neighbours that are alike share a place.
  struct Queued {
    Verb verb = Verb::other;
    bool last = false;  // BDAT … LAST
    std::uint32_t count = 0;
    std::uint64_t mail = kNoMail;
  };
  static constexpr std::uint64_t kNoMail = ~std::uint64_t{0};

  // One step each: what was consumed, 0 if more is needed.
  std::size_t take_line(Direction direction, Bytes bytes);
  std::size_t take_data(Bytes bytes);
  std::size_t take_chunk(Bytes bytes);

  void command(std::string_view line);
  void run_command(Verb verb, std::string_view line);
  void begin_mail();
  void recipient(std::string_view line);
  bool begin_chunk(std::string_view line);
  void begin_content();
  void end_content(bool truncated) noexcept;
  void end_of_data(bool bare);
  void end_chunk() noexcept;

  void enqueue(Verb verb, bool last = false);
  void reply_line(std::string_view line);
  bool greeting(const ReplyLine& reply);
  void answer(const Queued& command, unsigned code);

  Mail* find(std::uint64_t id) noexcept;
  void complete_request(Mail& mail) noexcept;
  void complete(Mail& mail) noexcept;
  void event(Event row, Direction direction, Transaction* tx = nullptr) noexcept;

  // mime::Receiver
  void file_open(std::string_view name) noexcept override;
  void file_data(Bytes data) noexcept override;
  void file_gap(std::uint64_t missing) noexcept override;
  void file_close(bool truncated) noexcept override;
  void anomaly(mime::Anomaly anomaly) noexcept override;
  void headers_done() noexcept override;

  Memory& memory_;
  Sink* sink_ = nullptr;  // of the call at hand
  mime::Value helo_;
  mime::Parser* mime_ = nullptr;  // made with the first mail
  FileId file_ = 0;

  std::array<Mail*, kMaxMails> mails_{};  // in order; the current one, if any, is the last
  std::size_t mail_count_ = 0;
  Mail* current_ = nullptr;
  std::uint64_t next_id_ = 0;

  Mode mode_ = Mode::commands;
  bool line_begins_ = true;  // DATA: the next byte begins a line
  LineEnd style_ = LineEnd::unknown;
  bool bare_lf_ = false;  // DATA: the line before this one ended without CR
  std::uint8_t last_byte_ = 0;
  std::uint64_t chunk_left_ = 0;
  bool chunk_last_ = false;
  bool auth_data_ = false;  // the next line of the client is no command
  bool greeted_ = false;
  bool change_to_tls_ = false;
  std::array<bool, 2> discard_{}, ended_{};  // by direction; discard: up to the next end of line

  std::array<Queued, kMaxQueued> queue_{};
  std::size_t queue_first_ = 0, queue_size_ = 0;
  std::uint64_t session_events_ = 0;
};

}  // namespace gatehouse::proto::smtp
