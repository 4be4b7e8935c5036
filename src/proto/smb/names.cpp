// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/smb/names.hpp"

#include <fmt/format.h>

namespace gatehouse::proto::smb {
namespace {

// MS-CIFS 2.2.2.1. SMB_COM command codes, by the words that readers of the log know.
constexpr std::array kCommands1{
    NamedNumber{0x00, "SMB1_COMMAND_CREATE_DIRECTORY"},
    NamedNumber{0x01, "SMB1_COMMAND_DELETE_DIRECTORY"},
    NamedNumber{0x02, "SMB1_COMMAND_OPEN"},
    NamedNumber{0x03, "SMB1_COMMAND_CREATE"},
    NamedNumber{0x04, "SMB1_COMMAND_CLOSE"},
    NamedNumber{0x05, "SMB1_COMMAND_FLUSH"},
    NamedNumber{0x06, "SMB1_COMMAND_DELETE"},
    NamedNumber{0x07, "SMB1_COMMAND_RENAME"},
    NamedNumber{0x08, "SMB1_COMMAND_QUERY_INFORMATION"},
    NamedNumber{0x09, "SMB1_COMMAND_SET_INFORMATION"},
    NamedNumber{0x0a, "SMB1_COMMAND_READ"},
    NamedNumber{0x0b, "SMB1_COMMAND_WRITE"},
    NamedNumber{0x0c, "SMB1_COMMAND_LOCK_BYTE_RANGE"},
    NamedNumber{0x0d, "SMB1_COMMAND_UNLOCK_BYTE_RANGE"},
    NamedNumber{0x0e, "SMB1_COMMAND_CREATE_TEMPORARY"},
    NamedNumber{0x0f, "SMB1_COMMAND_CREATE_NEW"},
    NamedNumber{0x10, "SMB1_COMMAND_CHECK_DIRECTORY"},
    NamedNumber{0x11, "SMB1_COMMAND_PROCESS_EXIT"},
    NamedNumber{0x12, "SMB1_COMMAND_SEEK"},
    NamedNumber{0x13, "SMB1_COMMAND_LOCK_AND_READ"},
    NamedNumber{0x14, "SMB1_COMMAND_WRITE_AND_UNLOCK"},
    NamedNumber{0x24, "SMB1_COMMAND_LOCKING_ANDX"},
    NamedNumber{0x25, "SMB1_COMMAND_TRANS"},
    NamedNumber{0x2b, "SMB1_COMMAND_ECHO"},
    NamedNumber{0x2c, "SMB1_COMMAND_WRITE_AND_CLOSE"},
    NamedNumber{0x2d, "SMB1_COMMAND_OPEN_ANDX"},
    NamedNumber{0x2e, "SMB1_COMMAND_READ_ANDX"},
    NamedNumber{0x2f, "SMB1_COMMAND_WRITE_ANDX"},
    NamedNumber{0x32, "SMB1_COMMAND_TRANS2"},
    NamedNumber{0x33, "SMB1_COMMAND_TRANS2_SECONDARY"},
    NamedNumber{0x34, "SMB1_COMMAND_FIND_CLOSE2"},
    NamedNumber{0x71, "SMB1_COMMAND_TREE_DISCONNECT"},
    NamedNumber{0x72, "SMB1_COMMAND_NEGOTIATE_PROTOCOL"},
    NamedNumber{0x73, "SMB1_COMMAND_SESSION_SETUP_ANDX"},
    NamedNumber{0x74, "SMB1_COMMAND_LOGOFF_ANDX"},
    NamedNumber{0x75, "SMB1_COMMAND_TREE_CONNECT_ANDX"},
    NamedNumber{0x80, "SMB1_COMMAND_QUERY_INFO_DISK"},
    NamedNumber{0xa0, "SMB1_COMMAND_NT_TRANS"},
    NamedNumber{0xa1, "SMB1_COMMAND_NT_TRANS_SECONDARY"},
    NamedNumber{0xa2, "SMB1_COMMAND_NT_CREATE_ANDX"},
    NamedNumber{0xa4, "SMB1_COMMAND_NT_CANCEL"},
};

// MS-SMB2 2.2.1: the command codes, in order.
constexpr std::array<std::string_view, 19> kCommands2{"SMB2_COMMAND_NEGOTIATE_PROTOCOL",
                                                      "SMB2_COMMAND_SESSION_SETUP",
                                                      "SMB2_COMMAND_SESSION_LOGOFF",
                                                      "SMB2_COMMAND_TREE_CONNECT",
                                                      "SMB2_COMMAND_TREE_DISCONNECT",
                                                      "SMB2_COMMAND_CREATE",
                                                      "SMB2_COMMAND_CLOSE",
                                                      "SMB2_COMMAND_FLUSH",
                                                      "SMB2_COMMAND_READ",
                                                      "SMB2_COMMAND_WRITE",
                                                      "SMB2_COMMAND_LOCK",
                                                      "SMB2_COMMAND_IOCTL",
                                                      "SMB2_COMMAND_CANCEL",
                                                      "SMB2_COMMAND_KEEPALIVE",
                                                      "SMB2_COMMAND_FIND",
                                                      "SMB2_COMMAND_CHANGE_NOTIFY",
                                                      "SMB2_COMMAND_GET_INFO",
                                                      "SMB2_COMMAND_SET_INFO",
                                                      "SMB2_COMMAND_OPLOCK_BREAK"};

constexpr std::array kDialects{
    NamedNumber{0x0202, "2.02"}, NamedNumber{0x0210, "2.10"}, NamedNumber{0x0222, "2.22"},
    NamedNumber{0x0224, "2.24"}, NamedNumber{0x02ff, "2.??"}, NamedNumber{0x0300, "3.00"},
    NamedNumber{0x0302, "3.02"}, NamedNumber{0x0310, "3.10"}, NamedNumber{0x0311, "3.11"},
};

// MS-CIFS 2.2.2.4: of the classes ERRDOS (1) and ERRSRV (2).
constexpr std::array kDosErrors{
    NamedNumber{0x0000, "SUCCESS"},         NamedNumber{0x0001, "ERRbadfunc"},
    NamedNumber{0x0002, "ERRbadfile"},      NamedNumber{0x0003, "ERRbadpath"},
    NamedNumber{0x0004, "ERRnofids"},       NamedNumber{0x0005, "ERRnoaccess"},
    NamedNumber{0x0006, "ERRbadfid"},       NamedNumber{0x0008, "ERRnomem"},
    NamedNumber{0x000c, "ERRbadaccess"},    NamedNumber{0x0012, "ERRnofiles"},
    NamedNumber{0x001f, "ERRgeneral"},      NamedNumber{0x0020, "ERRbadshare"},
    NamedNumber{0x0021, "ERRlock"},         NamedNumber{0x0026, "ERReof"},
    NamedNumber{0x0032, "ERRunsup"},        NamedNumber{0x0050, "ERRfilexists"},
    NamedNumber{0x0057, "ERRinvalidparam"}, NamedNumber{0x007b, "ERRinvalidname"},
    NamedNumber{0x007c, "ERRunknownlevel"}, NamedNumber{0x00e6, "ERRbadpipe"},
    NamedNumber{0x00e7, "ERRpipebusy"},     NamedNumber{0x00ea, "ERRmoredata"},
};
constexpr std::array kServerErrors{
    NamedNumber{0x0001, "ERRerror"},      NamedNumber{0x0002, "ERRbadpw"},      NamedNumber{0x0004, "ERRaccess"},
    NamedNumber{0x0005, "ERRinvtid"},     NamedNumber{0x0006, "ERRinvnetname"}, NamedNumber{0x0007, "ERRinvdevice"},
    NamedNumber{0x0016, "ERRunknownsmb"}, NamedNumber{0x005b, "ERRbaduid"},     NamedNumber{0xffff, "ERRnosupport"},
};

std::string_view number(std::uint64_t value, NumberText& buffer) noexcept {
  const auto written = fmt::format_to_n(buffer.data(), buffer.size(), "{}", value);
  return {buffer.data(), written.size};
}

std::string_view named(std::span<const NamedNumber> names, std::uint64_t value, NumberText& buffer) noexcept {
  const std::string_view name = name_of(names, value);
  return name.empty() ? number(value, buffer) : name;
}

}  // namespace

// MS-FSCC 2.3 and MS-SMB2 2.2.31.
constinit const std::array<NamedNumber, kFunctionCount> kFunctions{
    NamedNumber{0x00060194, "FSCTL_DFS_GET_REFERRALS"},
    NamedNumber{0x000601b0, "FSCTL_DFS_GET_REFERRALS_EX"},
    NamedNumber{0x00090000, "FSCTL_REQUEST_OPLOCK_LEVEL_1"},
    NamedNumber{0x00090004, "FSCTL_REQUEST_OPLOCK_LEVEL_2"},
    NamedNumber{0x00090008, "FSCTL_REQUEST_BATCH_OPLOCK"},
    NamedNumber{0x00090018, "FSCTL_LOCK_VOLUME"},
    NamedNumber{0x0009001c, "FSCTL_UNLOCK_VOLUME"},
    NamedNumber{0x00090028, "FSCTL_IS_VOLUME_MOUNTED"},
    NamedNumber{0x0009002c, "FSCTL_IS_PATHNAME_VALID"},
    NamedNumber{0x0009003c, "FSCTL_GET_COMPRESSION"},
    NamedNumber{0x00090058, "FSCTL_QUERY_FAT_BPB"},
    NamedNumber{0x0009005c, "FSCTL_REQUEST_FILTER_OPLOCK"},
    NamedNumber{0x00090060, "FSCTL_FILESYSTEM_GET_STATISTICS"},
    NamedNumber{0x00090064, "FSCTL_GET_NTFS_VOLUME_DATA"},
    NamedNumber{0x00090068, "FSCTL_GET_NTFS_FILE_RECORD"},
    NamedNumber{0x0009006f, "FSCTL_GET_VOLUME_BITMAP"},
    NamedNumber{0x00090073, "FSCTL_GET_RETRIEVAL_POINTERS"},
    NamedNumber{0x00090074, "FSCTL_MOVE_FILE"},
    NamedNumber{0x00090078, "FSCTL_IS_VOLUME_DIRTY"},
    NamedNumber{0x0009009c, "FSCTL_GET_OBJECT_ID"},
    NamedNumber{0x000900a4, "FSCTL_SET_REPARSE_POINT"},
    NamedNumber{0x000900a8, "FSCTL_GET_REPARSE_POINT"},
    NamedNumber{0x000900ac, "FSCTL_DELETE_REPARSE_POINT"},
    NamedNumber{0x000900c0, "FSCTL_CREATE_OR_GET_OBJECT_ID"},
    NamedNumber{0x000900c4, "FSCTL_SET_SPARSE"},
    NamedNumber{0x000900d4, "FSCTL_SET_ENCRYPTION"},
    NamedNumber{0x0009027c, "FSCTL_GET_INTEGRITY_INFORMATION"},
    NamedNumber{0x00090284, "FSCTL_QUERY_FILE_REGIONS"},
    NamedNumber{0x00090300, "FSCTL_QUERY_SHARED_VIRTUAL_DISK_SUPPORT"},
    NamedNumber{0x00090304, "FSCTL_SVHDX_SYNC_TUNNEL_REQUEST"},
    NamedNumber{0x00090350, "FSCTL_STORAGE_QOS_CONTROL"},
    NamedNumber{0x00090364, "FSCTL_SVHDX_ASYNC_TUNNEL_REQUEST"},
    NamedNumber{0x000940bb, "FSCTL_READ_USN_JOURNAL"},
    NamedNumber{0x000940cf, "FSCTL_QUERY_ALLOCATED_RANGES"},
    NamedNumber{0x000940eb, "FSCTL_READ_FILE_USN_DATA"},
    NamedNumber{0x00094264, "FSCTL_OFFLOAD_READ"},
    NamedNumber{0x00098098, "FSCTL_SET_OBJECT_ID"},
    NamedNumber{0x000980a0, "FSCTL_DELETE_OBJECT_ID"},
    NamedNumber{0x000980bc, "FSCTL_SET_OBJECT_ID_EXTENDED"},
    NamedNumber{0x000980c8, "FSCTL_SET_ZERO_DATA"},
    NamedNumber{0x00098208, "FSCTL_FILE_LEVEL_TRIM"},
    NamedNumber{0x00098268, "FSCTL_OFFLOAD_WRITE"},
    NamedNumber{0x0009c040, "FSCTL_SET_COMPRESSION"},
    NamedNumber{0x0009c280, "FSCTL_SET_INTEGRITY_INFORMATION"},
    NamedNumber{0x00110018, "FSCTL_PIPE_WAIT"},
    NamedNumber{0x0011400c, "FSCTL_PIPE_PEEK"},
    NamedNumber{0x0011c017, "FSCTL_PIPE_TRANSCEIVE"},
    NamedNumber{0x00140078, "FSCTL_SRV_REQUEST_RESUME_KEY"},
    NamedNumber{0x001401d4, "FSCTL_LMR_REQUEST_RESILIENCY"},
    NamedNumber{0x001401fc, "FSCTL_QUERY_NETWORK_INTERFACE_INFO"},
    NamedNumber{0x00140200, "FSCTL_VALIDATE_NEGOTIATE_INFO_224"},
    NamedNumber{0x00140204, "FSCTL_VALIDATE_NEGOTIATE_INFO"},
    NamedNumber{0x00144064, "FSCTL_SRV_ENUMERATE_SNAPSHOTS"},
    NamedNumber{0x001440f2, "FSCTL_SRV_COPYCHUNK"},
    NamedNumber{0x001441bb, "FSCTL_SRV_READ_HASH"},
    NamedNumber{0x001480f2, "FSCTL_SRV_COPYCHUNK_WRITE"},
};

std::string_view command_name(std::uint8_t version, std::uint16_t command, NumberText& buffer) noexcept {
  if (version == 1) return named(kCommands1, command, buffer);
  return command < kCommands2.size() ? kCommands2[command] : number(command, buffer);
}

std::string_view dialect_name(std::uint16_t dialect, NumberText& buffer) noexcept {
  return named(kDialects, dialect, buffer);
}

std::string_view function_name(std::uint32_t function, NumberText& buffer) noexcept {
  return named(kFunctions, function, buffer);
}

std::string_view status_name(std::uint32_t status, NumberText& buffer) noexcept {
  return named(kStatuses, status, buffer);
}

std::string_view dos_status_name(std::uint8_t error_class, std::uint16_t code, NumberText& buffer) noexcept {
  constexpr std::uint8_t kSuccess = 0, kDos = 1, kServer = 2;
  if (error_class == kSuccess || error_class == kDos) return named(kDosErrors, code, buffer);
  if (error_class == kServer) return named(kServerErrors, code, buffer);
  const auto written = fmt::format_to_n(buffer.data(), buffer.size(), "UNKNOWN_{:02x}_{:04x}", error_class, code);
  return {buffer.data(), written.size};
}

}  // namespace gatehouse::proto::smb
