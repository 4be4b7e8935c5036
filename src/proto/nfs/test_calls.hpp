// SPDX-License-Identifier: GPL-3.0-or-later
// Calls and replies as clients and servers write them (RFC 5531, RFC 1094, RFC 1813, RFC 7530), for the tests.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gatehouse::proto::nfs::test_calls {

inline std::string u32(std::uint32_t n) {
  return {static_cast<char>(n >> 24), static_cast<char>(n >> 16), static_cast<char>(n >> 8), static_cast<char>(n)};
}
inline std::string u64(std::uint64_t n) {
  return u32(static_cast<std::uint32_t>(n >> 32)) + u32(static_cast<std::uint32_t>(n));
}
inline std::string opaque(std::string_view text) {
  return u32(static_cast<std::uint32_t>(text.size())) + std::string(text) +
         std::string((4 - text.size() % 4) % 4, '\0');
}
inline std::string handle2(std::string_view name) {
  return std::string(name) + std::string(32 - name.size(), '.');
}

// By user 7 of group 8 at the machine "desk".
inline std::string system_credential() {
  return u32(1) + opaque(u32(0) + opaque("desk") + u32(7) + u32(8) + u32(0));
}
inline std::string call(std::uint32_t xid, std::uint32_t version, std::uint32_t procedure, const std::string& arguments,
                        std::uint32_t program = 100003) {
  return u32(xid) + u32(0) + u32(2) + u32(program) + u32(version) + u32(procedure) + system_credential() + u32(0) +
         u32(0) + arguments;
}
inline std::string reply(std::uint32_t xid, const std::string& results) {
  return u32(xid) + u32(1) + u32(0) + u32(0) + u32(0) + u32(0) + results;
}
inline std::string record(const std::string& message) {
  return u32(0x80000000u | static_cast<std::uint32_t>(message.size())) + message;
}

inline const std::string kNoAttributes = u32(0);
inline const std::string kOk = u32(0);

// Version 3
inline std::string lookup3(std::uint32_t xid, std::string_view name) {
  return call(xid, 3, 3, opaque("root") + opaque(name));
}
inline std::string found3(std::uint32_t xid, std::string_view handle) {
  return reply(xid, kOk + opaque(handle) + kNoAttributes + kNoAttributes);
}
inline std::string read3(std::uint32_t xid, std::string_view handle, std::uint64_t offset, std::uint32_t count) {
  return call(xid, 3, 6, opaque(handle) + u64(offset) + u32(count));
}
inline std::string data3(std::uint32_t xid, std::string_view data, bool eof) {
  return reply(xid, kOk + kNoAttributes + u32(static_cast<std::uint32_t>(data.size())) + u32(eof) + opaque(data));
}
inline std::string write3(std::uint32_t xid, std::string_view handle, std::uint64_t offset, std::string_view data,
                          std::uint32_t stable) {
  return call(xid, 3, 7,
              opaque(handle) + u64(offset) + u32(static_cast<std::uint32_t>(data.size())) + u32(stable) + opaque(data));
}
inline std::string written3(std::uint32_t xid) {
  return reply(xid, kOk + kNoAttributes + kNoAttributes + u32(5) + u32(0) + u64(1));
}

// Version 4
inline const std::string kStateId(16, 's');
inline std::string compound(std::uint32_t xid, std::uint32_t count, const std::string& operations) {
  return call(xid, 4, 1, opaque("") + u32(1) + u32(count) + operations);
}
inline std::string results(std::uint32_t xid, std::uint32_t count, const std::string& list, std::uint32_t status = 0) {
  return reply(xid, u32(status) + opaque("") + u32(count) + list);
}
inline std::string sequence() {
  return u32(53) + std::string(16, 'i') + u32(1) + u32(0) + u32(0) + u32(0);
}
inline std::string sequence_result() {
  return u32(53) + u32(0) + std::string(16, 'i') + u32(1) + u32(0) + u32(0) + u32(0) + u32(0);
}
inline std::string putfh(std::string_view handle) {
  return u32(22) + opaque(handle);
}
inline std::string done(std::uint32_t operation, const std::string& result = "") {
  return u32(operation) + u32(0) + result;
}
inline std::string open4(std::string_view name) {
  return u32(18) + u32(0) + u32(2) + u32(0) + u64(1) + opaque("owner") + u32(0) + u32(0) + opaque(name);
}
inline std::string opened4() {
  return done(18, kStateId + u32(1) + u64(1) + u64(2) + u32(0) + u32(0) + u32(0));
}
inline std::string write4(std::uint64_t offset, std::string_view data, std::uint32_t stable) {
  return u32(38) + kStateId + u64(offset) + u32(stable) + opaque(data);
}

}  // namespace gatehouse::proto::nfs::test_calls
