// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/coap/coap.hpp"

#include <algorithm>
#include <utility>

#include "proto/coap/transaction.hpp"

namespace gatehouse::proto::coap {
namespace {

constexpr std::uint8_t kComplete = 1;

constexpr std::array kEvents{
    EventSpec{"malformed_message", "bytes that are no message; the session is given up"},
    EventSpec{"unknown_critical_option", "an option that must be understood and is not registered"},
    EventSpec{"invalid_option_length", "an option shorter or longer than it may be"},
    EventSpec{"uri_too_long", "a path or a query of more than 1024 characters"},
    EventSpec{"message_too_long", "a message over TCP is longer than any that is read; it is passed over"},
    EventSpec{"unknown_code", "a method or a status that is not registered"},
};
static_assert(kEvents.size() == event::count);

class CoapSession final : public Session {
 public:
  CoapSession(Memory&, bool datagrams) noexcept : datagrams_(datagrams) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override {
    if (!datagrams_) return parse_stream(direction, bytes, sink);
    CoapTransaction tx;
    if (!tx.message.read_datagram(bytes)) return malformed(direction, sink);
    tell(tx, direction, sink);
    return Progress::ok(bytes.size());
  }

  bool gap(Direction direction, std::uint64_t missing, Sink&) noexcept override {
    std::uint64_t& left = passed_over_[index(direction)];
    if (datagrams_ || missing > left) return false;
    left -= missing;
    return true;
  }

 private:
  Progress parse_stream(Direction direction, Bytes bytes, Sink& sink) noexcept {
    std::uint64_t& left = passed_over_[index(direction)];
    std::size_t at = 0;
    while (true) {
      const auto skipped = static_cast<std::size_t>(std::min<std::uint64_t>(left, bytes.size() - at));
      left -= skipped, at += skipped;
      if (at == bytes.size()) return Progress::ok(at);
      const Bytes rest = bytes.subspan(at);
      const Frame frame{rest};
      if (frame.size == 0) return Progress::need_more(at);
      if (frame.token_size > kMaxToken) return malformed(direction, sink);
      if (frame.size > kLongestFramed) {
        if (!std::exchange(told_too_long_, true)) sink.event(nullptr, event::message_too_long, direction);
        left = frame.size;
        continue;
      }
      if (rest.size() < frame.size) return Progress::need_more(at);
      CoapTransaction tx;
      if (!tx.message.read_frame(frame, rest)) return malformed(direction, sink);
      tell(tx, direction, sink);
      at += static_cast<std::size_t>(frame.size);
    }
  }

  static Progress malformed(Direction direction, Sink& sink) noexcept {
    sink.event(nullptr, event::malformed_message, direction);
    return Progress::malformed();
  }

  void tell(CoapTransaction& tx, Direction direction, Sink& sink) noexcept {
    tx.protocol = &protocol;
    tx.id = messages_++;
    read_options(tx, direction, sink);
    if (!is_registered_code(tx.message.code)) sink.event(&tx, event::unknown_code, direction);
    tx.lwm2m = read_lwm2m(tx.message, speaks_lwm2m_);
    speaks_lwm2m_ |= tx.lwm2m.certain;
    if (tx.message.is_request()) question_.ask(tx.message, tx.lwm2m);
    if (tx.message.is_response()) tx.device = question_.answer(tx.message);
    tx.stage[index(direction)] = kComplete;
    sink.update(tx, direction);
    // Of an acknowledgement, a ping and a reset the log has nothing to tell.
    if (tx.message.code != kEmpty) sink.log(tx, direction);
    sink.close(tx);
  }

  static void read_options(CoapTransaction& tx, Direction direction, Sink& sink) noexcept {
    if (tx.message.is_signal()) return;
    bool fits = true, unknown = false, wrong = false;
    Options walk{tx.message.options};
    for (Option o; walk.next(o);) {
      if (o.number == option::uri_path) fits = tx.path.add('/', o.value) && fits;
      if (o.number == option::uri_query) fits = tx.query.add('&', o.value) && fits;
      if (o.number == option::location_path) fits = tx.location.add('/', o.value) && fits;
      const Registration registration = look_up(o);
      unknown |= registration == Registration::unknown && o.critical();
      wrong |= registration == Registration::wrong_length;
    }
    if (unknown) sink.event(&tx, event::unknown_critical_option, direction);
    if (wrong) sink.event(&tx, event::invalid_option_length, direction);
    if (!fits) sink.event(&tx, event::uri_too_long, direction);
  }

  bool datagrams_;
  bool speaks_lwm2m_ = false;
  DeviceQuestion question_;
  bool told_too_long_ = false;
  std::array<std::uint64_t, 2> passed_over_{};  // bytes of a long message that are still to come
  std::uint64_t messages_ = 0;
};

template <bool datagrams>
Session* make(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<CoapSession>(memory, datagrams);
}

// Over UDP version 1 in the highest bits and a token of at most eight bytes. Over TCP no token and a short message.
constexpr FirstBytes first_bytes() noexcept {
  FirstBytes first;
  for (unsigned type = 0; type < 4; ++type)
    for (unsigned token = 0; token <= kMaxToken; ++token)
      first.add(static_cast<std::uint8_t>(0x40 | type << 4 | token));
  for (unsigned length = 0; length <= 13; ++length) first.add(static_cast<std::uint8_t>(length << 4));
  return first;
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

const ProtocolSpec protocol{
    .name = "coap",
    .about = "Constrained Application Protocol, and LwM2M on it: the HTTP of small things",
    .ndpi_name = "COAP",
    .log_type = "coap",
    .own_record = true,
    .transports = {.tcp = true, .udp = true},
    .detector = {.probe = probe, .first_bytes = {first_bytes(), first_bytes()}, .probe_datagram = probe_datagram},
    .max_pending = kLongestFramed,
    .create = make<false>,
    .destroy = destroy_session<CoapSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = fields(),
    .events = kEvents,
    .create_datagram = make<true>,
};

}  // namespace gatehouse::proto::coap
