// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/coap/lwm2m.hpp"

#include <charconv>

namespace gatehouse::proto::coap {
namespace {

constexpr std::uint32_t kLinkFormat = 40, kFirstFormat = 11542, kLastFormat = 11544;
constexpr std::size_t kMostSegments = 4;  // object, instance, resource, resource instance

// Core, 7.1: numbers of 16 bits, written in decimal.
std::optional<std::uint16_t> identifier(Bytes segment) noexcept {
  const std::string_view text = as_text(segment);
  std::uint16_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Request {
  std::array<Bytes, kMostSegments> segments;
  std::size_t depth = 0;  // of the path; more than kMostSegments are counted only
  bool has_query = false, has_lwm2m = false;
  std::optional<std::uint32_t> observe, accept, format;

  Request(const Message& message, Lwm2m& out) noexcept {
    Options walk{message.options};
    for (Option o; walk.next(o);) {
      if (o.number == option::uri_path && depth++ < kMostSegments) segments[depth - 1] = o.value;
      if (o.number == option::observe) observe = o.number_value();
      if (o.number == option::accept) accept = o.number_value();
      if (o.number == option::content_format) format = o.number_value();
      if (o.number == option::uri_query) query(as_text(o.value), out);
    }
  }

  // Core, 6.2.1.2: ep, lt, lwm2m, b, …
  void query(std::string_view text, Lwm2m& out) noexcept {
    has_query = true;
    if (text.starts_with("ep=")) out.endpoint = as_bytes(text.substr(3));
    if (text.starts_with("lt=")) out.lifetime = as_bytes(text.substr(3));
    if (text.starts_with("lwm2m=")) out.version = as_bytes(text.substr(6)), has_lwm2m = true;
  }

  bool is(std::string_view first) const noexcept { return depth == 1 && as_text(segments[0]) == first; }
  bool below(std::string_view first) const noexcept { return depth > 1 && as_text(segments[0]) == first; }
};

// Transport, 6.4.1 to 6.4.6: what the client asks of the server.
Operation to_the_server(const Message& m, const Request& r, const Lwm2m& out) noexcept {
  const bool post = m.code == kPost;
  if (post && r.is("rd") && !out.endpoint.empty()) return Operation::registration;
  if ((post || m.code == kPut) && r.below("rd")) return Operation::update;
  if (m.code == kDelete && r.below("rd")) return Operation::deregister;
  if (post && r.is("bs")) return r.has_query ? Operation::bootstrap_request : Operation::bootstrap_finish;
  if (post && r.is("dp")) return Operation::send;
  return Operation::none;
}

// Transport, 6.4.3 to 6.4.5: what the server asks of the client at a path of numbers.
Operation to_the_client(const Message& m, const Request& r) noexcept {
  switch (m.code) {
    case kGet:
      if (r.observe) return *r.observe == 0 ? Operation::observe : Operation::cancel_observation;
      return r.accept == kLinkFormat ? Operation::discover : Operation::read;
    case kPut:
      return m.payload.empty() && r.has_query ? Operation::write_attributes : Operation::write;
    case kPost:
      return r.depth == 1 ? Operation::create : r.depth == 2 ? Operation::write : Operation::execute;
    case kDelete:
      return Operation::remove;
    default:
      return Operation::none;
  }
}

}  // namespace

Lwm2m read_lwm2m(const Message& message, bool known) noexcept {
  Lwm2m out;
  if (!message.is_request()) return out;
  const Request request{message, out};
  const auto is_own = [](std::optional<std::uint32_t> f) { return f && *f >= kFirstFormat && *f <= kLastFormat; };
  // A resource directory (RFC 9176) has "/rd" and "ep" too, but no version of LwM2M.
  out.certain = (request.has_lwm2m && request.is("rd")) || is_own(request.format) || is_own(request.accept);
  if (!out.certain && !known) return {};
  out.operation = to_the_server(message, request, out);
  if (out.operation != Operation::none) return out;
  if (request.depth == 0) {
    if (message.code == kFetch) out.operation = Operation::read_composite;
    if (message.code == kIpatch) out.operation = Operation::write_composite;
    return out;
  }
  if (request.depth > kMostSegments) return {};
  for (std::size_t i = 0; i < request.depth; ++i) {
    const auto number = identifier(request.segments[i]);
    if (!number) return {};
    if (i < out.place.size()) out.place[i] = number;
  }
  out.operation = to_the_client(message, request);
  return out;
}

}  // namespace gatehouse::proto::coap
