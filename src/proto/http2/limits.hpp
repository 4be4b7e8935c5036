// SPDX-License-Identifier: GPL-3.0-or-later
// How much of one HTTP/2 session is kept and followed. Reaching a limit is an event.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gatehouse::proto::http2 {

inline constexpr std::size_t kMaxStreams = 1024;            // that are open at once
inline constexpr std::size_t kMaxFrames = 1024;             // noted of one stream and direction
inline constexpr std::size_t kMaxSettings = 128;            // noted of one stream and direction
inline constexpr std::size_t kMaxHead = 256 * 1024;         // header names and values of one stream and direction
inline constexpr std::size_t kMaxTable = 64 * 1024;         // of HPACK, whatever the other end allows
inline constexpr std::size_t kMaxControlFrame = 16 * 1024;  // payload of a frame that is read whole
inline constexpr std::size_t kLongFrame = 64 * 1024;        // longer ones are not what anybody sends
inline constexpr std::size_t kMaxFileName = 4096;
inline constexpr std::size_t kMaxDns = 0xffff;  // a DNS message
inline constexpr unsigned kMaxFaults = 16;      // frames that cannot be, until these bytes are no HTTP/2

// Streams that ended early: what was under way for them is no reuse.
inline constexpr std::size_t kRememberedResets = 32;

inline constexpr std::size_t kLoggedValue = 2048;        // of one header
inline constexpr std::size_t kLoggedRecord = 40 * 1024;  // what is written until headers are left out

}  // namespace gatehouse::proto::http2
