// SPDX-License-Identifier: GPL-3.0-or-later
// What a thing says of itself in a response: its services by name and kind, its host name, and what it is by the keys
// of its TXT records (RFC 6763).
#pragma once

#include "model/field.hpp"

namespace gatehouse::proto::mdns {

// Values by index; repeated ones are told once.
FieldValue instance(const Transaction& tx, unsigned index);
FieldValue service(const Transaction& tx, unsigned index);
FieldValue host(const Transaction& tx, unsigned index);
// A string of a TXT record: "model=Lamp1".
FieldValue txt(const Transaction& tx, unsigned index);
// The value of the first string whose key is one that means this.
FieldValue friendly_name(const Transaction& tx, unsigned index);
FieldValue model(const Transaction& tx, unsigned index);
FieldValue vendor(const Transaction& tx, unsigned index);
FieldValue serial(const Transaction& tx, unsigned index);
FieldValue software(const Transaction& tx, unsigned index);

}  // namespace gatehouse::proto::mdns
