// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <memory_resource>
#include <optional>
#include <string_view>
#include <vector>

#include "model/protocol.hpp"
#include "proto/http/events.hpp"
#include "proto/http/library.hpp"
#include "proto/http/transaction.hpp"

namespace gatehouse::proto::http {

class HttpSession final : public Session, private Listener, private MultipartReader::Receiver {
 public:
  explicit HttpSession(Memory& memory);
  ~HttpSession() override;

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override;
  bool gap(Direction direction, std::uint64_t missing, Sink& sink) noexcept override;
  void end(Direction direction, Sink& sink) noexcept override;

 private:
  // Listener
  void on_start(htp_tx_t& tx, Direction d) noexcept override;
  void on_line(htp_tx_t& tx, Direction d) noexcept override;
  bool on_head(htp_tx_t& tx, Direction d, Bytes raw) noexcept override;
  void on_headers(htp_tx_t& tx, Direction d) noexcept override;
  void on_body(htp_tx_t& tx, Direction d, Bytes data) noexcept override;
  void on_body_hole(htp_tx_t& tx, Direction d, std::uint64_t missing) noexcept override;
  void on_trailer(htp_tx_t& tx, Direction d) noexcept override;
  void on_message_complete(htp_tx_t& tx, Direction d) noexcept override;
  void on_transaction_complete(htp_tx_t& tx) noexcept override;
  void on_message(std::string_view text) noexcept override;

  // MultipartReader::Receiver
  void part_open(std::string_view file_name) noexcept override;
  void part_data(Bytes data) noexcept override;
  void part_close(bool truncated) noexcept override;
  void part_event(Event event) noexcept override;

  HttpTransaction& attach(htp_tx_t& tx);
  void reach(HttpTransaction& tx, Direction d, Stage stage) noexcept;
  void show(HttpTransaction& tx, Direction d) noexcept;
  void raise(HttpTransaction* tx, Event event, Direction d) noexcept;

  bool more_than_line() const noexcept;
  static bool inflating_again(HttpTransaction& tx) noexcept;
  void judge_inflation(HttpTransaction& tx) noexcept;
  bool has_long_line(HttpTransaction& tx, Direction d) noexcept;
  void check_request(HttpTransaction& tx) noexcept;
  void check_response(HttpTransaction& tx) noexcept;
  static void read_description(HttpTransaction& tx) noexcept;
  void scan_chunks(HttpTransaction& tx, Direction d, std::size_t up_to) noexcept;

  void begin_body(HttpTransaction& tx, Direction d) noexcept;
  void body_bytes(HttpTransaction& tx, Direction d, Bytes data) noexcept;
  void open_file(HttpTransaction& tx, Direction d, FileMeta meta) noexcept;
  void close_file(HttpTransaction& tx, Direction d, bool truncated) noexcept;

  Progress feed(Direction d, Bytes bytes) noexcept;
  bool at_status_line() const noexcept;
  Progress parse_behind_stray_line(Bytes bytes) noexcept;
  void feed_held() noexcept;
  void end_requests() noexcept;
  bool fill_chunk(HttpTransaction& tx, Direction d, std::uint64_t missing) noexcept;
  Progress settle(Direction d, std::size_t offered, int state) noexcept;
  void switch_protocol(HttpTransaction& tx) noexcept;
  void close(HttpTransaction& tx) noexcept;
  void close_all() noexcept;
  void show_news() noexcept;
  void reap() noexcept;
  void renew_if_idle() noexcept;
  void renew() noexcept;

  Memory& memory_;
  std::optional<Parser> parser_;
  std::pmr::vector<HttpTransaction*> live_, closed_;
  std::uint64_t next_id_ = 0, parsed_ = 0;
  std::array<bool, 2> lost_{};  // a hole that cannot be crossed: the rest of this direction is not read
  std::array<bool, 2> ended_{};
  bool over_ = false;
  bool requests_ended_ = false;
  bool give_up_ = false;    // a limit was reached
  bool old_style_ = false;  // HTTP/0.9: libhtp ignores what follows
  unsigned warnings_ = 0;
  bool refused_ = false;  // a request whose body was announced but will not come
  std::optional<std::string_view> next_protocol_;
  std::size_t tunnel_at_ = 0;  // where the other protocol begins in the bytes of the call
  std::pmr::string held_;      // the start of a response that may be a line to pass over

  // During a call.
  bool filling_ = false;
  Sink* sink_ = nullptr;
  Direction direction_ = Direction::to_server;
  Bytes bytes_;
  std::array<std::size_t, 2> scanned_{};
  HttpTransaction* multipart_tx_ = nullptr;
};

}  // namespace gatehouse::proto::http
