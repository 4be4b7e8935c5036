// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/http/http.hpp"

#include <array>

#include "proto/http/detector.hpp"
#include "proto/http/events.hpp"
#include "proto/http/fields.hpp"
#include "proto/http/limits.hpp"
#include "proto/http/log.hpp"
#include "proto/http/session.hpp"

namespace gatehouse::proto::http {
namespace {

constexpr std::array<std::string_view, 6> kRequestStages{"request_started", "request_line",    "request_headers",
                                                         "request_body",    "request_trailer", "request_complete"};
constexpr std::array<std::string_view, 6> kResponseStages{"response_started", "response_line",    "response_headers",
                                                          "response_body",    "response_trailer", "response_complete"};

// White space before the method is an old evasion.
constexpr FirstBytes request_bytes() noexcept {
  FirstBytes bytes = FirstBytes::of(" \t\r\n-_.0123456789");
  for (char c = 'a'; c <= 'z'; ++c) {
    bytes.add(static_cast<std::uint8_t>(c));
    bytes.add(static_cast<std::uint8_t>(c - 'a' + 'A'));
  }
  return bytes;
}

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "http",
    .about = "the web before HTTP/2: requests, responses, headers and the files they carry",
    .ndpi_name = "HTTP",
    .log_type = "http",
    .transports = {.tcp = true},
    .detector = {.probe = &probe, .first_bytes = {request_bytes(), FirstBytes::of("H")}},
    .max_pending = kMaxPending,
    .create = &create_session<HttpSession>,
    .destroy = &destroy_session<HttpSession>,
    .log = &log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
};

}  // namespace gatehouse::proto::http
