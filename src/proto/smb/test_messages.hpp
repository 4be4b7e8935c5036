// SPDX-License-Identifier: GPL-3.0-or-later
// Messages of SMB, as a small client and a small server send them.
#pragma once

#include <string>

#include "support/session_driver.hpp"

namespace gatehouse::proto::smb::test_messages {

inline std::string le(std::uint64_t n, unsigned octets) {
  std::string out;
  for (unsigned i = 0; i < octets; ++i) out += i < 8 ? static_cast<char>(n >> (8 * i)) : char{0};
  return out;
}
inline std::string wide(std::string_view text) {
  std::string out;
  for (const char c : text) out += {c, '\0'};
  return out;
}

// MS-SMB2 2.1: a record of the transport.
inline std::string record(const std::string& message) {
  const std::size_t n = message.size();
  return std::string{'\0', static_cast<char>(n >> 16), static_cast<char>(n >> 8), static_cast<char>(n)} + message;
}

struct Header2 {
  unsigned command = 0;
  std::uint64_t message_id = 0;
  bool response = false;
  std::uint32_t status = 0;
  std::uint32_t tree_id = 5;
  std::uint64_t session_id = 0x100000000001;
  bool related = false, async = false;
};
// MS-SMB2 2.2.1.2; `next`: where the next command of the record begins.
inline std::string message2(const Header2& h, const std::string& body, std::uint32_t next = 0) {
  const std::uint32_t flags = (h.response ? 1u : 0u) | (h.async ? 2u : 0u) | (h.related ? 4u : 0u);
  return "\xfeSMB" + le(64, 2) + le(0, 2) + le(h.status, 4) + le(h.command, 2) + le(1, 2) + le(flags, 4) + le(next, 4) +
         le(h.message_id, 8) + le(0, 4) + le(h.tree_id, 4) + le(h.session_id, 8) + std::string(16, '\0') + body;
}
inline std::string smb2(const Header2& h, const std::string& body) {
  return record(message2(h, body));
}

inline std::string file_id(unsigned n) {
  return le(n, 8) + le(n, 8);
}
inline const std::string kRelatedId(16, '\xff');

inline std::string negotiate_request() {
  return le(36, 2) + le(2, 2) + le(1, 2) + le(0, 2) + le(0, 4) + std::string(16, 'c') + le(0, 8) + le(0x0210, 2) +
         le(0x0311, 2);
}
inline std::string negotiate_response(std::uint32_t max_read = 1 << 20) {
  return le(65, 2) + le(1, 2) + le(0x0311, 2) + le(0, 2) + std::string(16, 's') + le(0, 4) + le(1 << 20, 4) +
         le(max_read, 4) + le(1 << 20, 4) + le(0, 8) + le(0, 8) + le(128, 2) + le(0, 2) + le(0, 4);
}
inline std::string setup_request(const std::string& blob) {
  return le(25, 2) + le(0, 2) + le(0, 4) + le(0, 4) + le(88, 2) + le(blob.size(), 2) + le(0, 8) + blob;
}
inline std::string setup_response(const std::string& blob = {}) {
  return le(9, 2) + le(0, 2) + le(72, 2) + le(blob.size(), 2) + blob;
}
inline std::string tree_request(std::string_view path) {
  return le(9, 2) + le(0, 2) + le(72, 2) + le(path.size() * 2, 2) + wide(path);
}
inline std::string tree_response(unsigned type) {
  return le(16, 2) + le(type, 1) + le(0, 1) + le(0, 4) + le(0, 4) + le(0, 4);
}
inline std::string create_request(std::string_view name, std::uint32_t options = 0) {
  return le(57, 2) + le(0, 2) + le(2, 4) + le(0, 16) + le(0, 4) + le(0, 4) + le(7, 4) + le(1, 4) + le(options, 4) +
         le(120, 2) + le(name.size() * 2, 2) + le(0, 8) + wide(name);
}
inline std::string create_response(unsigned id, std::uint64_t size = 0) {
  const std::string times = le(132223104000000000, 8);  // 2020-01-01
  return le(89, 2) + le(0, 2) + le(1, 4) + times + times + times + times + le(size, 8) + le(size, 8) + le(0, 8) +
         file_id(id) + le(0, 8);
}
inline std::string close_request(const std::string& id) {
  return le(24, 2) + le(0, 2) + le(0, 4) + id;
}
inline std::string close_response() {
  return le(60, 2) + std::string(58, '\0');
}
inline std::string read_request(const std::string& id, std::uint64_t offset, std::uint32_t length) {
  return le(49, 2) + le(0x50, 2) + le(length, 4) + le(offset, 8) + id + std::string(17, '\0');
}
inline std::string read_response(const std::string& data) {
  return le(17, 2) + le(80, 2) + le(data.size(), 4) + le(0, 8) + data;
}
inline std::string write_request(const std::string& id, std::uint64_t offset, const std::string& data) {
  return le(49, 2) + le(112, 2) + le(data.size(), 4) + le(offset, 8) + id + std::string(16, '\0') + data;
}
inline std::string write_response(std::uint32_t count) {
  return le(17, 2) + le(0, 2) + le(count, 4) + le(0, 8);
}
inline std::string ioctl_request(const std::string& id, std::uint32_t function, const std::string& data) {
  return le(57, 2) + le(0, 2) + le(function, 4) + id + le(120, 4) + le(data.size(), 4) + std::string(24, '\0') + data;
}
inline std::string ioctl_response(const std::string& id, std::uint32_t function, const std::string& data) {
  return le(49, 2) + le(0, 2) + le(function, 4) + id + le(112, 4) + le(0, 4) + le(112, 4) + le(data.size(), 4) +
         le(0, 8) + data;
}
inline std::string error_response() {
  return le(9, 2) + le(0, 7);
}
inline std::string set_info_request(const std::string& id, unsigned information_class, const std::string& data) {
  return le(33, 2) + le(1, 1) + le(information_class, 1) + le(data.size(), 4) + le(96, 2) + le(0, 2) + le(0, 4) + id +
         data;
}

// MS-CIFS 2.2.3.1 with Unicode and NT's statuses; `words` come with their count, `bytes` with theirs.
inline std::string smb1(unsigned command, unsigned multiplex_id, const std::string& words, const std::string& bytes,
                        bool reply = false, std::uint32_t status = 0, unsigned tree_id = 9) {
  return record("\xffSMB" + le(command, 1) + le(status, 4) + le(reply ? 0x98 : 0x18, 1) + le(0xc801, 2) + le(0, 12) +
                le(tree_id, 2) + le(77, 2) + le(2048, 2) + le(multiplex_id, 2) + le(words.size() / 2, 1) + words +
                le(bytes.size(), 2) + bytes);
}
inline const std::string kNoAndX = std::string("\xff\0\0\0", 4);

}  // namespace gatehouse::proto::smb::test_messages
