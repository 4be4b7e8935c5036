// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dns/getters.hpp"

#include "proto/dns/transaction.hpp"
#include "proto/dns/types.hpp"

namespace gatehouse::proto::dns {
namespace {

const DnsTransaction& of(const Transaction& tx) noexcept {
  return static_cast<const DnsTransaction&>(tx);
}

// Lists leave empty names (the root) out: the getter's index counts the names that are there.
class Pick {
 public:
  explicit Pick(unsigned index) noexcept : left_(index) {}
  // True once, for the name that was asked for.
  bool offer(const Name& name) noexcept { return name.length > 0 && left_-- == 0; }

 private:
  unsigned left_;
};

FieldValue record_name(const Transaction& tx, std::span<const Record> section, unsigned index) {
  const Message& message = of(tx).message;
  const auto first = static_cast<std::size_t>(section.data() - message.records().data());
  Pick pick{index};
  for (std::size_t i = 0; i < section.size(); ++i)
    if (pick.offer(section[i].name)) return FieldValue::of(of(tx).texts.record(message, first + i));
  return FieldValue::none();
}

}  // namespace

FieldValue query_name(const Transaction& tx, unsigned index) {
  const Message& message = of(tx).message;
  Pick pick{index};
  for (std::size_t i = 0; i < message.questions().size(); ++i)
    if (pick.offer(message.questions()[i].name)) return FieldValue::of(of(tx).texts.question(message, i));
  return FieldValue::none();
}

FieldValue answer_name(const Transaction& tx, unsigned index) {
  return record_name(tx, of(tx).message.answers(), index);
}
FieldValue authority_name(const Transaction& tx, unsigned index) {
  return record_name(tx, of(tx).message.authorities(), index);
}
FieldValue additional_name(const Transaction& tx, unsigned index) {
  return record_name(tx, of(tx).message.additionals(), index);
}

// Every name of a response, those within the records' data too.
FieldValue response_name(const Transaction& tx, unsigned index) {
  const Message& message = of(tx).message;
  Pick pick{index};
  for (std::size_t i = 0; i < message.questions().size(); ++i)
    if (pick.offer(message.questions()[i].name)) return FieldValue::of(of(tx).texts.question(message, i));
  for (std::size_t i = 0; i < message.records().size(); ++i) {
    if (pick.offer(message.records()[i].name)) return FieldValue::of(of(tx).texts.record(message, i));
    if (message.records()[i].type != rr_type::srv && pick.offer(message.records()[i].target))
      return FieldValue::of(of(tx).texts.target(message, i));
  }
  return FieldValue::none();
}

}  // namespace gatehouse::proto::dns
