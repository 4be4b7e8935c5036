// SPDX-License-Identifier: GPL-3.0-or-later
// How much of one HTTP session is kept and followed. Reaching a limit is an event.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gatehouse::proto::http {

// One line of a request or response head: above the first libhtp marks it, above the second it gives the session up.
inline constexpr std::size_t kLineSoftLimit = 9000, kLineHardLimit = 18000;
inline constexpr std::uint32_t kMaxHeaders = 1024;
inline constexpr std::size_t kMaxHead = 256 * 1024;   // all header lines of one message together
inline constexpr std::size_t kMaxTransactions = 512;  // requests that wait for their response
inline constexpr unsigned kMaxWarnings = 512;         // of libhtp, within one session

inline constexpr int kMaxEncodingLayers = 2;
inline constexpr std::size_t kBombBytes = 1024 * 1024;  // from here on the ratio counts
inline constexpr std::uint64_t kBombRatio = 2048;
inline constexpr std::size_t kBombMicroseconds = 100'000;
inline constexpr std::size_t kMaxBrotliMemory = 8 * 1024 * 1024;

// Of a body the last bytes stay, so that a match may begin in one piece and end in the next.
inline constexpr std::size_t kBodyWindow = 64 * 1024;
inline constexpr std::size_t kBodyOverlap = 16 * 1024;

inline constexpr std::size_t kMaxFileName = 4096;
inline constexpr std::size_t kMaxPartHead = 8 * 1024;  // header lines of one part of a multipart body
inline constexpr std::size_t kMaxBoundary = 200;       // RFC 2046 allows 70

inline constexpr std::size_t kMaxPending = 64 * 1024;  // requests sent behind a CONNECT that is not answered yet
inline constexpr std::size_t kMaxProbe = 4096;         // a request line that must be seen whole to know it

inline constexpr std::uint64_t kMaxFill = 1024 * 1024;  // of a hole within one chunk of a chunked body

// A line before the status line, as browsers pass over it.
inline constexpr std::size_t kMaxStrayLine = 256;

// libhtp keeps a pointer for every transaction that ever was; an idle session starts afresh after this many.
inline constexpr std::uint64_t kRenewAfter = 512;

}  // namespace gatehouse::proto::http
