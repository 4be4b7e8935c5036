// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/rdp/rdp.hpp"

#include "proto/rdp/fields.hpp"
#include "proto/rdp/transaction.hpp"

namespace gatehouse::proto::rdp {
namespace {

constexpr std::uint8_t kComplete = 1;
// What is sent before the connection stands has some hundred octets.
constexpr std::size_t kMaxMessage = 16 * 1024;

enum Event : std::uint8_t { malformed_data, too_many_channels };
constexpr std::array kEvents{
    EventSpec{"malformed_data", "bytes that no connection begins with"},
    EventSpec{"too_many_channels", "more virtual channels than a connection may have"},
};

class RdpSession final : public Session {
 public:
  RdpSession(Memory&, bool datagrams) noexcept : datagrams_(datagrams) {}

  Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept override {
    // [MS-RDPEUDP]: the way of the pictures beside a connection. It is known, and there is nothing to read in it.
    if (datagrams_) return Progress::finished();
    std::size_t used = 0;
    while (used < bytes.size()) {
      Cursor c{bytes.subspan(used)};
      const tpkt::Header header{c};
      if (!c.ok()) return Progress::need_more(used);
      if (!header.plausible() || header.length > kMaxMessage) return malformed(direction, sink);
      const Bytes packet = c.take(header.length - tpkt::kHeader);
      if (!c.ok()) return Progress::need_more(used);
      used += header.length;
      Cursor inside{packet};
      const tpkt::Unit unit{inside};
      RdpTransaction tx;
      if (!inside.ok() || !read(direction, unit, tx)) return malformed(direction, sink);
      tell(tx, direction, sink);
      // [MS-RDPBCGR], 5.4.2.1: where another protocol is selected, its own handshake follows at once: TLS, in which
      // CredSSP is sealed.
      if (tx.connection.kind == negotiation::response && tx.connection.value != 0) {
        sink.change_protocol("tls");
        return Progress::ok(used);
      }
      // After a refusal the client connects again; after the server's answer to its wishes all is encrypted.
      if (tx.connection.kind == negotiation::failure || tx.kind == Kind::connect_response)
        return Progress::finished(used);
    }
    return Progress::ok(used);
  }

 private:
  static bool read(Direction direction, const tpkt::Unit& unit, RdpTransaction& tx) noexcept {
    const bool to_server = direction == Direction::to_server;
    switch (unit.type()) {
      case tpkt::Type::connection_request:
        tx.kind = Kind::initial_request;
        return to_server && read_connection(unit, tx.connection);
      case tpkt::Type::connection_confirm:
        tx.kind = Kind::initial_response;
        return !to_server && read_connection(unit, tx.connection);
      case tpkt::Type::data:
        tx.kind = to_server ? Kind::connect_request : Kind::connect_response;
        if (!to_server) return is_connect_response(unit.data);
        if (!is_connect_initial(unit.data) || !read_connect_initial(unit.data, tx.connect)) return false;
        tx.client_name.assign(tx.connect.core.name);
        tx.product_id.assign(tx.connect.core.digital_product_id);
        return true;
      default:
        return false;
    }
  }

  void tell(RdpTransaction& tx, Direction direction, Sink& sink) noexcept {
    tx.protocol = &protocol;
    tx.id = messages_++;
    tx.stage[index(direction)] = kComplete;
    if (tx.connect.channels.too_many) sink.event(&tx, too_many_channels, direction);
    sink.update(tx, direction);
    sink.log(tx, direction);
    sink.close(tx);
  }

  static Progress malformed(Direction direction, Sink& sink) noexcept {
    sink.event(nullptr, malformed_data, direction);
    return Progress::malformed();
  }

  bool datagrams_;
  std::uint64_t messages_ = 0;
};

template <bool datagrams>
Session* make(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<RdpSession>(memory, datagrams);
}

constexpr std::array<std::string_view, 2> kRequestStages{"request_started", "request_complete"};
constexpr std::array<std::string_view, 2> kResponseStages{"response_started", "response_complete"};

}  // namespace

constinit const ProtocolSpec protocol{
    .name = "rdp",
    .about = "Remote Desktop Protocol",
    .ndpi_name = "RDP",
    .log_type = "rdp",
    .transports = {.tcp = true, .udp = true},
    .detector = {.probe = probe,
                 // TPKT's version; over UDP acknowledgements, which may be anything from the server.
                 .first_bytes = {FirstBytes::of("\x03\xff"), FirstBytes::any()},
                 .probe_datagram = probe_datagram},
    .max_pending = kMaxMessage,
    .create = make<false>,
    .destroy = destroy_session<RdpSession>,
    .log = log,
    .stages = {kRequestStages, kResponseStages},
    .fields = kFields,
    .events = kEvents,
    .create_datagram = make<true>,
};

}  // namespace gatehouse::proto::rdp
