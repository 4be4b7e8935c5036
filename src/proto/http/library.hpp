// SPDX-License-Identifier: GPL-3.0-or-later
// libhtp behind a small type: one configuration for all, one parser per session, its callbacks as a virtual interface.
#pragma once

#include <htp/htp.h>
#include <memory>

#include "base/bytes.hpp"
#include "base/time.hpp"
#include "model/protocol.hpp"

namespace gatehouse::proto::http {

// What libhtp tells while it parses. A false from on_head stops it.
class Listener {
 public:
  virtual void on_start(htp_tx_t& tx, Direction d) noexcept = 0;
  virtual void on_line(htp_tx_t& tx, Direction d) noexcept = 0;
  virtual bool on_head(htp_tx_t& tx, Direction d, Bytes raw) noexcept = 0;
  virtual void on_headers(htp_tx_t& tx, Direction d) noexcept = 0;
  virtual void on_body(htp_tx_t& tx, Direction d, Bytes data) noexcept = 0;
  virtual void on_body_hole(htp_tx_t& tx, Direction d, std::uint64_t missing) noexcept = 0;
  virtual void on_trailer(htp_tx_t& tx, Direction d) noexcept = 0;
  virtual void on_message_complete(htp_tx_t& tx, Direction d) noexcept = 0;
  virtual void on_transaction_complete(htp_tx_t& tx) noexcept = 0;
  virtual void on_message(std::string_view text) noexcept = 0;

 protected:
  ~Listener() = default;
};

class Parser {
 public:
  // Born empty where memory is short: ok() is false then, and nothing else may be called.
  // libhtp's own memory is lent from `memory`, which must outlive the parser.
  Parser(Listener& listener, Memory& memory) noexcept;

  bool ok() const noexcept { return connection_ != nullptr; }
  // HTP_STREAM_*: data, data_other (wait for the other direction), tunnel, error, closed.
  int feed(Direction d, Bytes bytes, Timestamp now) noexcept;
  int gap(Direction d, std::uint64_t missing, Timestamp now) noexcept;
  // Of the bytes of the last call, also while it is under way.
  std::size_t consumed(Direction d) const noexcept;
  void close_requests(Timestamp now) noexcept;
  void close(Timestamp now) noexcept;
  htp_tx_t* current(Direction d) const noexcept;

 private:
  struct Destroy {
    void operator()(htp_connp_t* connection) const noexcept { htp_connp_destroy_all(connection); }
  };
  Memory* memory_;
  std::unique_ptr<htp_connp_t, Destroy> connection_;
};

}  // namespace gatehouse::proto::http
