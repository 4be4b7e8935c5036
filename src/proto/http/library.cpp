// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/http/library.hpp"

#include <sys/time.h>

#include "base/lent_heap.hpp"
#include "proto/http/limits.hpp"

// Exported by libhtp, declared in none of its public headers.
extern "C" void htp_config_set_response_decompression_layer_limit(htp_cfg_t* cfg, int limit);

namespace gatehouse::proto::http {
namespace {

constexpr auto up = Direction::to_server, down = Direction::to_client;

Listener& listener(const htp_connp_t* connection) noexcept {
  return *static_cast<Listener*>(htp_connp_get_user_data(connection));
}
Listener& listener(const htp_tx_t* tx) noexcept {
  return listener(tx->connp);
}

template <Direction D, void (Listener::*Method)(htp_tx_t&, Direction) noexcept>
int tell(htp_tx_t* tx) {
  (listener(tx).*Method)(*tx, D);
  return HTP_OK;
}

template <Direction D>
int tell_head(htp_tx_data_t* piece) {
  return listener(piece->tx).on_head(*piece->tx, D, {piece->data, piece->len}) ? HTP_OK : HTP_ERROR;
}

// No data and no length is the end of the body; no data with a length is a hole in it.
template <Direction D>
int tell_body(htp_tx_data_t* piece) {
  if (piece->len == 0) return HTP_OK;
  if (piece->data != nullptr)
    listener(piece->tx).on_body(*piece->tx, D, {piece->data, piece->len});
  else
    listener(piece->tx).on_body_hole(*piece->tx, D, piece->len);
  return HTP_OK;
}

int tell_complete(htp_tx_t* tx) {
  listener(tx).on_transaction_complete(*tx);
  return HTP_OK;
}

int tell_message(htp_log_t* entry) {
  listener(entry->connp).on_message(entry->msg);
  return HTP_OK;
}

void register_callbacks(htp_cfg_t* cfg) {
  htp_config_register_request_start(cfg, &tell<up, &Listener::on_start>);
  htp_config_register_request_line(cfg, &tell<up, &Listener::on_line>);
  htp_config_register_request_header_data(cfg, &tell_head<up>);
  htp_config_register_request_headers(cfg, &tell<up, &Listener::on_headers>);
  htp_config_register_request_body_data(cfg, &tell_body<up>);
  htp_config_register_request_trailer_data(cfg, &tell_head<up>);
  htp_config_register_request_trailer(cfg, &tell<up, &Listener::on_trailer>);
  htp_config_register_request_complete(cfg, &tell<up, &Listener::on_message_complete>);
  htp_config_register_response_start(cfg, &tell<down, &Listener::on_start>);
  htp_config_register_response_line(cfg, &tell<down, &Listener::on_line>);
  htp_config_register_response_header_data(cfg, &tell_head<down>);
  htp_config_register_response_headers(cfg, &tell<down, &Listener::on_headers>);
  htp_config_register_response_body_data(cfg, &tell_body<down>);
  htp_config_register_response_trailer_data(cfg, &tell_head<down>);
  htp_config_register_response_trailer(cfg, &tell<down, &Listener::on_trailer>);
  htp_config_register_response_complete(cfg, &tell<down, &Listener::on_message_complete>);
  htp_config_register_transaction_complete(cfg, &tell_complete);
  htp_config_register_log(cfg, &tell_message);
}

// Never changed once made, and shared by all workers.
htp_cfg_t* make_config() {
  htp_cfg_t* cfg = htp_config_create();
  if (cfg == nullptr) return nullptr;
  // Reads what any server might read: back slashes are slashes, encoded separators are separators, repeated ones are
  // one.
  htp_config_set_server_personality(cfg, HTP_SERVER_IDS);
  htp_config_set_convert_lowercase(cfg, HTP_DECODER_URL_PATH, 0);
  htp_config_set_plusspace_decode(cfg, HTP_DECODER_URLENCODED, 0);
  htp_config_set_field_limits(cfg, kLineSoftLimit, kLineHardLimit);
  htp_config_set_number_headers_limit(cfg, kMaxHeaders);
  htp_config_set_request_decompression(cfg, 1);
  htp_config_set_response_decompression(cfg, 1);
  htp_config_set_response_decompression_layer_limit(cfg, kMaxEncodingLayers);
  htp_config_set_lzma_memlimit(cfg, 0);
  htp_config_set_lzma_layers(cfg, 0);
  htp_config_set_compression_bomb_limit(cfg, kBombBytes);
  htp_config_set_compression_time_limit(cfg, kBombMicroseconds);
  htp_config_set_parse_request_cookies(cfg, 0);
  register_callbacks(cfg);
  return cfg;
}

htp_cfg_t* config() noexcept {
  static htp_cfg_t* const shared = make_config();
  return shared;
}

timeval as_timeval(Timestamp t) noexcept {
  return {.tv_sec = static_cast<time_t>(t.us / 1'000'000), .tv_usec = static_cast<suseconds_t>(t.us % 1'000'000)};
}

}  // namespace

Parser::Parser(Listener& told, Memory& memory) noexcept : memory_(&memory) {
  htp_cfg_t* const cfg = config();  // before the loan: it outlives every session
  if (cfg == nullptr) return;
  const LentHeap heap{*memory_};
  connection_.reset(htp_connp_create(cfg));
  if (!ok()) return;
  htp_connp_set_user_data(connection_.get(), &told);
  htp_connp_open(connection_.get(), nullptr, 0, nullptr, 0, nullptr);
}

int Parser::feed(Direction d, Bytes bytes, Timestamp now) noexcept {
  const LentHeap heap{*memory_};
  const timeval time = as_timeval(now);
  return d == up ? htp_connp_req_data(connection_.get(), &time, bytes.data(), bytes.size())
                 : htp_connp_res_data(connection_.get(), &time, bytes.data(), bytes.size());
}

int Parser::gap(Direction d, std::uint64_t missing, Timestamp now) noexcept {
  const LentHeap heap{*memory_};
  const timeval time = as_timeval(now);
  return d == up ? htp_connp_req_data(connection_.get(), &time, nullptr, missing)
                 : htp_connp_res_data(connection_.get(), &time, nullptr, missing);
}

std::size_t Parser::consumed(Direction d) const noexcept {
  return d == up ? htp_connp_req_data_consumed(connection_.get()) : htp_connp_res_data_consumed(connection_.get());
}

void Parser::close_requests(Timestamp now) noexcept {
  const LentHeap heap{*memory_};
  const timeval time = as_timeval(now);
  htp_connp_req_close(connection_.get(), &time);
}

void Parser::close(Timestamp now) noexcept {
  const LentHeap heap{*memory_};
  const timeval time = as_timeval(now);
  htp_connp_close(connection_.get(), &time);
}

htp_tx_t* Parser::current(Direction d) const noexcept {
  return d == up ? htp_connp_get_in_tx(connection_.get()) : htp_connp_get_out_tx(connection_.get());
}

}  // namespace gatehouse::proto::http
