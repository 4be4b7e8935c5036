// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>

namespace gatehouse::proto::smb {

inline constexpr std::size_t kMaxMessage = 128 * 1024;  // looked at whole; the rest of a longer one is passed over
inline constexpr std::size_t kMinStreamed = 4096;       // data of longer messages are told as they come
inline constexpr std::size_t kMaxHead = 512;            // where the data of such a message begin, at most
inline constexpr std::size_t kMaxTransactions = 1024;   // waiting for answers; the oldest gives way
inline constexpr std::size_t kMaxOpenFiles = 1024;
inline constexpr std::size_t kMaxPipes = 64;  // of the open files, those that carry calls: each may keep a piece of one
inline constexpr std::size_t kMaxTrees = 256;
inline constexpr std::size_t kMaxReads = 1024;  // asked for and not answered
inline constexpr std::size_t kMaxText = 1024;   // of a name that is kept, in octets of UTF-8
inline constexpr std::size_t kMaxDialects = 32;
inline constexpr std::size_t kMaxServiceNames = 8;
inline constexpr unsigned kMaxChain = 16;  // commands behind each other in a message of SMB 1
// What a server may offer to be read or written at once; more is an event.
inline constexpr std::uint32_t kMaxTransfer = 16 * 1024 * 1024;
// Pieces of files that came before the ones in front of them, and their bytes, in a session.
inline constexpr std::size_t kMaxQueuedPieces = 64;
inline constexpr std::size_t kMaxQueuedBytes = 4 * 1024 * 1024;
inline constexpr std::uint64_t kMaxLost = 1024 * 1024;  // searched for the next message after a hole

}  // namespace gatehouse::proto::smb
