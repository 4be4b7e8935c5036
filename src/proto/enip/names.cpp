// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/enip/names.hpp"

#include <array>

namespace gatehouse::proto::enip {
namespace {

// CIP Volume 1, B-1: general status codes.
constexpr std::array kCipStatusRows{
    NamedNumber{0x00, "Success"},
    NamedNumber{0x01, "Connection Failure"},
    NamedNumber{0x02, "Resource Unavailable"},
    NamedNumber{0x03, "Invalid Parameter Value"},
    NamedNumber{0x04, "Path Segment Error"},
    NamedNumber{0x05, "Path Destination Unknown"},
    NamedNumber{0x06, "Partial Transfer"},
    NamedNumber{0x07, "Connection Lost"},
    NamedNumber{0x08, "Service Not Supported"},
    NamedNumber{0x09, "Invalid Attribute Value"},
    NamedNumber{0x0a, "Attribute List Error"},
    NamedNumber{0x0b, "Already In Requested Mode/State"},
    NamedNumber{0x0c, "Object State Conflict"},
    NamedNumber{0x0d, "Object Already Exists"},
    NamedNumber{0x0e, "Attribute Not Settable"},
    NamedNumber{0x0f, "Privilege Violation"},
    NamedNumber{0x10, "Device State Conflict"},
    NamedNumber{0x11, "Reply Data Too Large"},
    NamedNumber{0x12, "Fragmentation Of A Primitive Value"},
    NamedNumber{0x13, "Not Enough Data"},
    NamedNumber{0x14, "Attribute Not Supported"},
    NamedNumber{0x15, "Too Much Data"},
    NamedNumber{0x16, "Object Does Not Exist"},
    NamedNumber{0x17, "Service Fragmentation Sequence Not In Progress"},
    NamedNumber{0x18, "No Stored Attribute Data"},
    NamedNumber{0x19, "Store Operation Failure"},
    NamedNumber{0x1a, "Routing Failure, Request Packet Too Large"},
    NamedNumber{0x1b, "Routing Failure, Response Packet Too Large"},
    NamedNumber{0x1c, "Missing Attribute List Entry Data"},
    NamedNumber{0x1d, "Invalid Attribute Value List"},
    NamedNumber{0x1e, "Embedded Service Error"},
    NamedNumber{0x1f, "Vendor Specific Error"},
    NamedNumber{0x20, "Invalid Parameter"},
    NamedNumber{0x21, "Write-Once Value Or Medium Already Written"},
    NamedNumber{0x22, "Invalid Reply Received"},
    NamedNumber{0x25, "Key Failure In Path"},
    NamedNumber{0x26, "Path Size Invalid"},
    NamedNumber{0x27, "Unexpected Attribute In List"},
    NamedNumber{0x28, "Invalid Member ID"},
    NamedNumber{0x29, "Member Not Settable"},
    NamedNumber{0x2a, "Group 2 Only Server General Failure"},
    NamedNumber{0xff, "Still Processing"},
};

// CIP Volume 1, 3-5.6: what a connection manager adds to its refusal.
constexpr std::array kExtendedRows{
    NamedNumber{0x100, "Connection in use or duplicate Forward Open"},
    NamedNumber{0x103, "Transport class and trigger combination not supported"},
    NamedNumber{0x106, "Ownership conflict"},
    NamedNumber{0x107, "Target connection not found"},
    NamedNumber{0x108, "Invalid network connection parameter"},
    NamedNumber{0x109, "Invalid connection size"},
    NamedNumber{0x110, "Target for connection not configured"},
    NamedNumber{0x111, "RPI not supported"},
    NamedNumber{0x113, "Out of connections"},
    NamedNumber{0x114, "Vendor ID or product code mismatch"},
    NamedNumber{0x115, "Device type mismatch"},
    NamedNumber{0x116, "Revision mismatch"},
    NamedNumber{0x203, "Connection timed out"},
    NamedNumber{0x204, "Unconnected request timed out"},
    NamedNumber{0x205, "Parameter error in unconnected request"},
    NamedNumber{0x206, "Message too large for UnconnectedSend"},
    NamedNumber{0x301, "No buffer memory available"},
    NamedNumber{0x302, "Network bandwidth not available for data"},
    NamedNumber{0x311, "Port not available"},
    NamedNumber{0x312, "Link address not valid"},
    NamedNumber{0x315, "Invalid segment in connection path"},
    NamedNumber{0x316, "ForwardClose connection path mismatch"},
    NamedNumber{0x318, "Link address to self invalid"},
};

constexpr std::array kClassRows{
    NamedNumber{0x01, "Identity"},
    NamedNumber{0x02, "Message Router"},
    NamedNumber{0x03, "DeviceNet"},
    NamedNumber{0x04, "Assembly"},
    NamedNumber{0x05, "Connection"},
    NamedNumber{0x06, "Connection Manager"},
    NamedNumber{0x07, "Register"},
    NamedNumber{0x08, "Discrete Input Point"},
    NamedNumber{0x09, "Discrete Output Point"},
    NamedNumber{0x0a, "Analog Input Point"},
    NamedNumber{0x0b, "Analog Output Point"},
    NamedNumber{0x0f, "Parameter"},
    NamedNumber{0x10, "Parameter Group"},
    NamedNumber{0x23, "Position Sensor"},
    NamedNumber{0x25, "Position Controller"},
    NamedNumber{0x28, "Motor Data"},
    NamedNumber{0x29, "Control Supervisor"},
    NamedNumber{0x2a, "AC/DC Drive"},
    NamedNumber{0x2c, "Overload"},
    NamedNumber{0x37, "File"},
    NamedNumber{0x39, "Safety Supervisor"},
    NamedNumber{0x3a, "Safety Validator"},
    NamedNumber{0x41, "Event Log"},
    NamedNumber{0x42, "Motion Device Axis"},
    NamedNumber{0x43, "Time Sync"},
    NamedNumber{0x44, "Modbus"},
    NamedNumber{0x47, "Device Level Ring (DLR)"},
    NamedNumber{0x48, "QoS"},
    NamedNumber{0x4e, "Base Energy"},
    NamedNumber{0x5d, "CIP Security"},
    NamedNumber{0x5e, "EtherNet/IP Security"},
    NamedNumber{0x5f, "Certificate Management"},
    NamedNumber{0x67, "PCCC Class"},
    NamedNumber{0xf0, "ControlNet"},
    NamedNumber{0xf3, "Connection Configuration"},
    NamedNumber{0xf4, "Port"},
    NamedNumber{0xf5, "TCP/IP Interface"},
    NamedNumber{0xf6, "Ethernet Link"},
};

constexpr std::array kDeviceTypeRows{
    NamedNumber{0x00, "Generic Device (deprecated)"},
    NamedNumber{0x02, "AC Drive Device"},
    NamedNumber{0x03, "Motor Overload"},
    NamedNumber{0x04, "Limit Switch"},
    NamedNumber{0x05, "Inductive Proximity Switch"},
    NamedNumber{0x06, "Photoelectric Sensor"},
    NamedNumber{0x07, "General Purpose Discrete I/O"},
    NamedNumber{0x09, "Resolver"},
    NamedNumber{0x0c, "Communications Adapter"},
    NamedNumber{0x0e, "Programmable Logic Controller"},
    NamedNumber{0x10, "Position Controller"},
    NamedNumber{0x13, "DC Drive"},
    NamedNumber{0x15, "Contactor"},
    NamedNumber{0x16, "Motor Starter"},
    NamedNumber{0x17, "Softstart Starter"},
    NamedNumber{0x18, "Human-Machine Interface"},
    NamedNumber{0x1a, "Mass Flow Controller"},
    NamedNumber{0x1b, "Pneumatic Valve(s)"},
    NamedNumber{0x22, "Encoder"},
    NamedNumber{0x23, "Safety Discrete I/O Device"},
    NamedNumber{0x24, "Fluid Flow Controller"},
    NamedNumber{0x25, "CIP Motion Drive"},
    NamedNumber{0x2a, "Safety Analog I/O Device"},
    NamedNumber{0x2b, "Generic Device (keyable)"},
    NamedNumber{0x2c, "Managed Ethernet Switch"},
    NamedNumber{0x2d, "CIP Motion Safety Drive Device"},
};

constexpr std::array kVendorRows{
    NamedNumber{1, "Rockwell Automation/Allen-Bradley"},
    NamedNumber{3, "Honeywell Inc."},
    NamedNumber{7, "SMC Corporation"},
    NamedNumber{8, "Molex Incorporated"},
    NamedNumber{26, "Festo Corporation"},
    NamedNumber{40, "Wago Corporation"},
    NamedNumber{43, "BALLUFF Inc."},
    NamedNumber{44, "Yaskawa Electric America Inc."},
    NamedNumber{46, "ABB Industrial Systems"},
    NamedNumber{47, "Omron Corporation"},
    NamedNumber{48, "Turck Inc."},
    NamedNumber{50, "Real Time Automation (C&ID)"},
    NamedNumber{57, "Pepperl + Fuchs"},
    NamedNumber{58, "Spectrum Controls Inc."},
    NamedNumber{68, "Eaton Electrical"},
    NamedNumber{71, "Toshiba International Corp."},
    NamedNumber{83, "OPTO-22"},
    NamedNumber{86, "Horner Electric"},
    NamedNumber{90, "HMS Industrial Networks AB"},
    NamedNumber{95, "Square D Company"},
    NamedNumber{97, "Danfoss"},
    NamedNumber{108, "Beckhoff Automation GmbH"},
    NamedNumber{109, "National Instruments"},
    NamedNumber{145, "Siemens Energy & Automation/Drives"},
    NamedNumber{161, "Mitsubishi Electric Corporation"},
    NamedNumber{243, "Schneider Automation Inc."},
    NamedNumber{250, "Yokogawa Electric Corporation"},
    NamedNumber{255, "Bosch Rexroth"},
    NamedNumber{283, "Hilscher GmbH"},
    NamedNumber{309, "Prosoft Technology"},
    NamedNumber{315, "SEW Eurodrive GmbH"},
    NamedNumber{319, "Fuji Electric Co. Ltd."},
    NamedNumber{322, "ifm efector, inc."},
    NamedNumber{345, "Endress + Hauser"},
    NamedNumber{367, "Keyence Corporation"},
};

using enum industrial::Access;

// Publication 1770-6.5.16: commands of older controllers, which CIP carries as a whole.
industrial::Access access_of_pccc(Bytes data) noexcept {
  Cursor c{data};
  const std::size_t requestor = c.u8();  // who asks, with this octet
  c.skip(requestor > 0 ? requestor - 1 : 0);
  const std::uint8_t command = c.u8();
  c.skip(3);  // status, number
  const std::uint8_t function = c.u8();
  constexpr std::uint8_t kExtended = 0x0f, kDiagnostic = 0x06;
  if (!c.ok() || command == kDiagnostic) return c.ok() ? diagnose : other;
  if (command != kExtended) return command == 0 || command == 8 ? write : command == 1 || command == 5 ? read : other;
  switch (function) {
    case 0x01:  // word range, typed, protected typed logical
    case 0x17:
    case 0x29:
    case 0x68:
    case 0xa1:
    case 0xa2:
    case 0xa7:
      return read;
    case 0x00:
    case 0x18:
    case 0x26:
    case 0x67:
    case 0xa9:
    case 0xaa:
    case 0xab:
    case 0xaf:
      return write;
    case 0x3a:  // set processor mode, change mode
    case 0x80:
      return stop;
    case 0x50:  // download and upload
    case 0x52:
    case 0x53:
    case 0x55:
    case 0x57:
      return program;
    default:
      return other;
  }
}

}  // namespace

const std::span<const NamedNumber> kCipStatuses{kCipStatusRows};
const std::span<const NamedNumber> kExtended{kExtendedRows};
const std::span<const NamedNumber> kClasses{kClassRows};
const std::span<const NamedNumber> kDeviceTypes{kDeviceTypeRows};
const std::span<const NamedNumber> kVendors{kVendorRows};

industrial::Access access_of(const Cip& cip) noexcept {
  if (cip.service == service::execute_pccc) return access_of_pccc(cip.data);
  // The connection manager has other services at these numbers: all of them only arrange connections.
  if (cip.service >= 0x4b && cip.for_connection_manager()) return industrial::Access::other;
  for (const Service& row : kServiceTable)
    if (row.code == cip.service) return row.access;
  return industrial::Access::other;
}

}  // namespace gatehouse::proto::enip
