// SPDX-License-Identifier: GPL-3.0-or-later
// Fragments -> datagrams (RFC 791, RFC 8200 4.5). Receivers disagree about fragments that overlap; the policy says
// which kind of receiver stands behind us. All memory is taken at the start.
#pragma once

#include <array>
#include <memory>

#include "decode/decoder.hpp"

namespace gatehouse::decode {

class FragmentStore;
struct Tracker;

inline constexpr std::size_t kMaxDatagram = 65535;
// Datagrams that may be rebuilt while one frame is decoded: a fragment may complete a tunnel's packet that is a
// fragment.
inline constexpr std::size_t kMaxRebuilt = 3;
// Pieces of one datagram. More are not seen in honest traffic (an MTU of 68 makes 1366), and cost time.
inline constexpr std::size_t kMaxPieces = 2048;
// IPv6 extension headers before the fragment header, with the IPv6 header itself.
inline constexpr std::size_t kMaxUnfragmentable = 508;

// One fragment as its IP layer has read it.
struct Fragment {
  Bytes header;                    // IPv4's, or IPv6's with everything before the fragment header
  std::size_t next_header_at = 0;  // IPv6: where in `header` the fragment header is named
  Bytes data;
  std::uint32_t offset = 0;  // in bytes
  std::uint32_t id = 0;
  std::uint8_t protocol = 0;  // IPv4: part of the key; IPv6: what follows the fragment header
  bool more = false;
  bool verify = false;  // its checksums are to be verified once it is whole
};

struct Rebuilt {
  Bytes bytes;          // a whole IP packet, valid until begin_frame(); empty: not yet
  bool verify = false;  // none of its fragments came with checksums that are not to be verified
};

// Whether the bytes of a new fragment [start, end) replace those of an old one where the two overlap.
bool newer_wins(OverlapPolicy policy, std::uint32_t start, std::uint32_t end, std::uint32_t old_start,
                std::uint32_t old_end) noexcept;

class Defragmenter {
 public:
  Defragmenter(const Settings& settings, Counters& counters);
  ~Defragmenter();

  void begin_frame() noexcept { rebuilt_in_use_ = 0; }
  // Takes a fragment in; `packet` has its ends and receives the events.
  Rebuilt add(Packet& packet, const Fragment& fragment) noexcept;
  void expire(Timestamp now) noexcept;

 private:
  bool acceptable(Packet& packet, const Fragment& fragment) noexcept;
  Tracker* tracker_of(const Packet& packet, const Fragment& fragment) noexcept;
  bool settle_end(Tracker& tracker, const Fragment& fragment) noexcept;
  bool make_room(const Tracker& for_whom, std::size_t bytes) noexcept;
  bool keep(Tracker& tracker, const Fragment& fragment, bool& conflict) noexcept;
  Rebuilt rebuild(Packet& packet, Tracker& tracker) noexcept;
  void ignore(Packet& packet) noexcept;

  OverlapPolicy policy_;
  Duration timeout_;
  Counters& counters_;
  std::unique_ptr<FragmentStore> store_;
  std::array<std::unique_ptr<std::uint8_t[]>, kMaxRebuilt> buffers_;
  std::size_t rebuilt_in_use_ = 0;
};

}  // namespace gatehouse::decode
