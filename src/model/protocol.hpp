// SPDX-License-Identifier: GPL-3.0-or-later
// What an application protocol is to the rest of the house: a row (ProtocolSpec), and a state machine per flow
// (Session) that reads bytes and tells a Sink what it found. A parser knows bytes and directions, never flows, options
// or logs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory_resource>
#include <span>
#include <string_view>

#include "base/bytes.hpp"
#include "base/ip.hpp"
#include "base/json_writer.hpp"
#include "base/time.hpp"
#include "model/direction.hpp"
#include "model/field.hpp"

namespace gatehouse {

struct ProtocolSpec;
class Session;
class Sink;

// One exchange within a session: a request and its response, a mail, a handshake. Each protocol derives its own, owned
// by its Session. The engine reads it through the protocol's fields only.
struct Transaction {
  const ProtocolSpec* protocol = nullptr;
  std::uint64_t id = 0;                 // counts from 0 within the session
  std::array<std::uint8_t, 2> stage{};  // how far each direction is: index into ProtocolSpec::stages
  std::uint64_t events = 0;             // bit i: the protocol's event row i was seen
  void* match_state = nullptr;          // the IPS's own, kept from stage to stage
  bool quiet = false;                   // a signature wants no record of it
  std::string_view from_protocol;       // the engine's: what this flow spoke before (STARTTLS, CONNECT), or empty
};

// A name for what a parser objects to. Rule writers know these names: "invalid_handshake_message".
struct EventSpec {
  std::string_view name;
  std::string_view about;
  // How the log spells it where that differs from the rules' word: "INVALID_REPLY" of invalid_reply. Empty: the same.
  std::string_view log_name = {};
};

enum class Status : std::uint8_t {
  ok,         // all that could be used was used
  need_more,  // the bytes from `consumed` on come again, with more behind them
  malformed,  // the parser gives this session up; an event said why
  finished,   // nothing more of this session is worth reading (encrypted, or over)
};

struct Progress {
  Status status = Status::ok;
  std::size_t consumed = 0;

  static Progress ok(std::size_t n) noexcept { return {Status::ok, n}; }
  static Progress need_more(std::size_t n) noexcept { return {Status::need_more, n}; }
  static Progress malformed() noexcept { return {Status::malformed, 0}; }
  static Progress finished(std::size_t n = 0) noexcept { return {Status::finished, n}; }
};

// A file that a protocol carries.
struct FileMeta {
  std::string_view name;
  // A part of a larger file (HTTP Content-Range): start and end are offsets of the first and last byte.
  bool has_range = false;
  std::uint64_t range_start = 0, range_end = 0, range_size = 0;
  // Names the larger file across sessions, so that its parts are joined: host and URI. Empty: parts are not joined.
  std::string_view range_key = {};
};
using FileId = std::uint32_t;  // unique within the session

// Another flow between the same two hosts that this session has arranged: FTP's data, the port that TFTP answers from,
// the media of a call.
struct ExpectedSession {
  std::string_view protocol;      // what it will speak, by its name in the registry
  bool datagrams = false;         // over UDP, not TCP
  Direction listener{};           // who is connected to: to_server, the server of this flow; to_client, its client
  IpAddress address{};            // where it listens; version 0: the address that this end has in this flow
  std::uint16_t port = 0;         // 0: the port that this end has in this flow
  std::string_view introduction;  // for Session::introduce of the new flow: copied, at most kLongestIntroduction bytes
};
inline constexpr std::size_t kLongestIntroduction = 256;

// What a parser tells. Valid during the call only; the receiver copies what it keeps.
class Sink {
 public:
  virtual ~Sink() = default;
  virtual Timestamp now() const noexcept = 0;

  // New fields of this direction are known; `tx.stage` says which.
  virtual void update(Transaction& tx, Direction direction) noexcept = 0;
  // The transaction is worth its line in the log, as it stands. `direction`: which end is written as the source.
  virtual void log(Transaction& tx, Direction direction) noexcept = 0;
  // No more will come for this transaction; the parser will destroy it after this call.
  virtual void close(Transaction& tx) noexcept = 0;
  // Row `event` of the protocol's events; `tx` is null where no transaction stands for it.
  virtual void event(Transaction* tx, std::uint8_t event, Direction direction) noexcept = 0;

  virtual FileId file_open(Transaction& tx, Direction direction, const FileMeta& meta) noexcept = 0;
  virtual void file_data(FileId file, Bytes data) noexcept = 0;
  virtual void file_gap(FileId file, std::uint64_t missing) noexcept = 0;
  virtual void file_close(FileId file, bool truncated) noexcept = 0;

  // From the next byte on, in both directions, this flow speaks another protocol: `name`, or "" for whatever is found.
  // (STARTTLS, CONNECT, Upgrade.) The session ends when the parse call returns.
  virtual void change_protocol(std::string_view name) noexcept = 0;
  // What this flow speaks turns out to be a special case of the protocol so far, and has a name of its own (DNS within
  // HTTP/2). The session goes on, under the row that is returned; its events and its destroy() must be the same. Null:
  // no such protocol is on, and nothing changes.
  virtual const ProtocolSpec* refine_protocol(std::string_view /*name*/) noexcept { return nullptr; }
  // Flows between the two hosts to that place, from now on for a minute, are that protocol's, whatever their bytes look
  // like.
  virtual void expect_session(const ExpectedSession& expected) noexcept = 0;
  // Whether the server (to_server) or the client of this flow has that address: a parser knows no addresses of its own,
  // but may be told one that ought to be its peer's (FTP's PORT).
  virtual bool is_host(Direction /*end*/, const IpAddress& /*address*/) const noexcept { return true; }
};

class Session {
 public:
  virtual ~Session() = default;
  // The next bytes of one direction: of a stream, in order and without holes; of datagrams, one whole. For streams the
  // engine keeps what is not consumed, up to ProtocolSpec::max_pending, and calls again when more is there.
  virtual Progress parse(Direction direction, Bytes bytes, Sink& sink) noexcept = 0;
  // `missing` bytes of the stream will never come. What was unconsumed before is gone too. False: cannot go on.
  virtual bool gap(Direction /*direction*/, std::uint64_t /*missing*/, Sink& /*sink*/) noexcept { return false; }
  // Before the first bytes of a flow that another session arranged: what that session had to say, and the direction in
  // which bytes travel here that go to that session's server. Comes again if that session has said more since.
  virtual void introduce(Bytes /*introduction*/, Direction /*to_its_server*/) noexcept {}
  // This direction is over (FIN, RST, timeout). Log and close what is open once both are.
  virtual void end(Direction /*direction*/, Sink& /*sink*/) noexcept {}
};

// The worker's recycled memory: what a session holds comes from here, so that the steady state does not touch the heap.
// Not thread-safe; a session lives and dies on one worker.
using Memory = std::pmr::memory_resource;

struct Transports {
  bool tcp = false, udp = false;
  // Of a protocol that rides on the link itself: its EtherType. It has no flows; each frame's payload is one datagram
  // of direction to_server, and the worker's one session of it must keep nothing between them that could grow.
  std::uint16_t ethernet = 0;
};

// How sure a look at the first bytes of a direction makes.
enum class Probe : std::uint8_t { no, need_more, yes };

// The first bytes with which a message of the protocol may begin, so that most probes need not be called.
struct FirstBytes {
  std::array<std::uint64_t, 4> bits{};
  constexpr bool has(std::uint8_t b) const noexcept { return bits[b >> 6] >> (b & 63) & 1; }
  static constexpr FirstBytes any() noexcept { return {{~0ull, ~0ull, ~0ull, ~0ull}}; }
  static constexpr FirstBytes none() noexcept { return {}; }
  static constexpr FirstBytes of(std::string_view set) noexcept {
    FirstBytes f;
    for (const char c : set) f.add(static_cast<std::uint8_t>(c));
    return f;
  }
  static constexpr FirstBytes range(std::uint8_t low, std::uint8_t high) noexcept {
    FirstBytes f;
    for (unsigned b = low; b <= high; ++b) f.add(static_cast<std::uint8_t>(b));
    return f;
  }
  constexpr void add(std::uint8_t b) noexcept { bits[b >> 6] |= 1ull << (b & 63); }
};

struct Detector {
  // Looks at all bytes of `direction` so far. Must not say yes by what is not characteristic: another protocol's flow
  // wrongly claimed is worse than a flow left to the next message.
  // Null: flows come to this protocol by arrangement or by a change of protocol only.
  Probe (*probe)(Direction direction, Bytes bytes, std::uint16_t server_port) = nullptr;
  std::array<FirstBytes, 2> first_bytes{FirstBytes::any(), FirstBytes::any()};  // by direction
  // For a protocol that is framed otherwise over UDP: looks at one datagram. Null: `probe` does.
  Probe (*probe_datagram)(Direction direction, Bytes datagram, std::uint16_t server_port) = nullptr;
  // For a protocol that says too little to be found by itself: asked in place of the others when the session before has
  // named this protocol by change_protocol().
  Probe (*probe_announced)(Direction direction, Bytes bytes) = nullptr;
  // For a protocol that one datagram cannot tell (RTP): where the answer was need_more, looks at the next datagram of
  // the same direction together with the one before, of which the first kRememberedHead bytes are there.
  Probe (*probe_pair)(Direction direction, Bytes before, Bytes datagram) = nullptr;
};
inline constexpr std::size_t kRememberedHead = 16;

// `gatehouse protocols` prints these rows; the registry (proto/registry.hpp) is the list of them.
struct ProtocolSpec {
  std::string_view name;  // "tls": EVE's app_proto, the rule header's and the policy's word
  std::string_view about;
  std::string_view ndpi_name;  // the same protocol as nDPI prints it: "TLS"
  std::string_view log_type;   // EVE's event_type; empty: never logged by itself
  // Its record is ours, the published schema of EVE has none: its members stand within "ndpi", which that schema leaves
  // open, or with `log.extended` at the top like all others.
  bool own_record = false;
  // Applications of many makers speak it (STUN: calls): nDPI may go on to say which.
  bool named_further = false;
  Transports transports;
  Detector detector;
  std::size_t max_pending = 0;  // bytes a stream parser may leave unconsumed before it is given up
  Session* (*create)(Memory& memory) = nullptr;
  void (*destroy)(Session* session, Memory& memory) = nullptr;
  // Writes the transaction's members into the open EVE object: "dns": {…}.
  void (*log)(const Transaction& tx, JsonWriter& json) = nullptr;
  std::array<std::span<const std::string_view>, 2> stages;  // by direction, in order
  std::span<const FieldSpec> fields;
  std::span<const EventSpec> events;
  // For a protocol that is framed otherwise over UDP: the session of a flow of datagrams. Null: `create` makes it.
  Session* (*create_datagram)(Memory& memory) = nullptr;

  Session* create_for(bool datagrams, Memory& memory) const {
    return datagrams && create_datagram != nullptr ? create_datagram(memory) : create(memory);
  }
  Probe probe_for(bool datagrams, Direction direction, Bytes bytes, std::uint16_t server_port) const {
    return probe_of(datagrams)(direction, bytes, server_port);
  }
  using ProbeFunction = Probe (*)(Direction, Bytes, std::uint16_t);
  ProbeFunction probe_of(bool datagrams) const {
    return datagrams && detector.probe_datagram != nullptr ? detector.probe_datagram : detector.probe;
  }
};

// create and destroy for a Session with a constructor S(Memory&).
template <typename S>
Session* create_session(Memory& memory) {
  return std::pmr::polymorphic_allocator<>{&memory}.new_object<S>(memory);
}
template <typename S>
void destroy_session(Session* session, Memory& memory) {
  std::pmr::polymorphic_allocator<>{&memory}.delete_object(static_cast<S*>(session));
}

}  // namespace gatehouse
