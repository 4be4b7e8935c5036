// SPDX-License-Identifier: GPL-3.0-or-later
// A transaction of SMTP: one mail with what was said to send it. And the events of the protocol, by row.
#pragma once

#include <cstdint>
#include <memory_resource>
#include <optional>

#include "model/protocol.hpp"
#include "proto/mime/email.hpp"

namespace gatehouse::proto::smtp {

enum Event : std::uint8_t {
  kInvalidReply,
  kUnableToMatchReply,
  kMaxCommandLine,
  kMaxReplyLine,
  kInvalidPipelinedSequence,
  kBdatChunkLenExceeded,
  kNoServerWelcome,
  kTlsRejected,
  kDataCommandRejected,
  kFailedProtocolChange,
  kMimeParseFailed,  // from here in the order of mime::Anomaly
  kMimeMalformedMsg,
  kMimeInvalidBase64,
  kMimeInvalidQp,
  kMimeLongLine,
  kMimeLongEncLine,
  kMimeLongHeaderName,
  kMimeLongHeaderValue,
  kMimeLongBoundary,
  kMimeLongFilename,
  kDuplicateFields,
  kUnparsableContent,
  kTruncatedLine,
  kInvalidBdat,
  kTooManyTransactions,
  kTooManyRecipients,
  kAmbiguousEndOfData,
  kEventCount,
};

enum Stage : std::uint8_t { kStarted, kData, kComplete };

struct Mail : Transaction {
  static constexpr std::size_t kMaxRecipients = 1000;  // RFC 5321, 4.5.3.1.8: at least 100
  static constexpr std::size_t kMaxKeptRecipients = 64;

  explicit Mail(std::pmr::memory_resource& memory) : mail_from(memory), rcpt_to(&memory) {}

  const mime::Value* helo = nullptr;  // the session's
  mime::Value mail_from;
  mime::Texts rcpt_to;
  std::uint32_t recipients = 0;
  std::optional<mime::Email> email;
  bool headers_done = false;
  bool has_data = false;      // DATA was said
  bool request_done = false;  // nothing of the mail is still to come from the client
};

inline const Mail& as_mail(const Transaction& tx) noexcept {
  return static_cast<const Mail&>(tx);
}

void write_log(const Transaction& tx, JsonWriter& json);
Probe probe(Direction direction, Bytes bytes, std::uint16_t server_port);

}  // namespace gatehouse::proto::smtp
