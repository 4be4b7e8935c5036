// SPDX-License-Identifier: GPL-3.0-or-later
// Names of a message by index, for the fields of DNS, multicast DNS and LLMNR.
#pragma once

#include "model/field.hpp"

namespace gatehouse::proto::dns {

FieldValue query_name(const Transaction& tx, unsigned index);
FieldValue answer_name(const Transaction& tx, unsigned index);
FieldValue authority_name(const Transaction& tx, unsigned index);
FieldValue additional_name(const Transaction& tx, unsigned index);
FieldValue response_name(const Transaction& tx, unsigned index);

}  // namespace gatehouse::proto::dns
