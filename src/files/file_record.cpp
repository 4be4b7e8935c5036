// SPDX-License-Identifier: GPL-3.0-or-later
#include "files/file_record.hpp"

namespace gatehouse::files {

void write_file_members(const FileRecord& file, JsonWriter& json) noexcept {
  json.member("filename", file.name);
  json.member("gaps", file.gaps);
  json.member("state", to_text(file.state));
  if (file.digests.has_md5) json.member_hex("md5", file.digests.md5);
  if (file.digests.has_sha1) json.member_hex("sha1", file.digests.sha1);
  if (file.digests.has_sha256) json.member_hex("sha256", file.digests.sha256);
  json.member("stored", false);
  json.member("size", file.size);
  if (file.has_range) {
    json.member("start", file.start);
    json.member("end", file.end);
  }
  json.member("tx_id", file.tx_id);
}

void write_fileinfo(const FileRecord& file, JsonWriter& json) noexcept {
  json.open_object("fileinfo");
  write_file_members(file, json);
  json.close_object();
}

}  // namespace gatehouse::files
