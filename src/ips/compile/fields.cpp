// SPDX-License-Identifier: GPL-3.0-or-later
#include "ips/compile/fields.hpp"

#include <algorithm>

#include "ips/compile/keyword.hpp"
#include "ips/compile/surroundings.hpp"

namespace gatehouse::ips::compile {

bool apply_field(Builder& builder, const text::Option& option, std::string_view name) {
  const FieldSpec* field = builder.around().field(name);
  if (field == nullptr) return false;
  builder.require_protocols(option, builder.around().protocols_with(name));
  if (field->type != FieldType::number) {
    const std::string_view value = option.value.text;
    if (option.has_value && value != "to_server" && value != "to_client")
      builder.refuse(option, "a sticky buffer takes no value but to_server or to_client: write " + std::string(name) +
                                 "; content:\"...\";");
    else
      builder.use_buffer(option, std::string(name), !option.has_value ? 2 : value == "to_server" ? 0 : 1);
    return true;
  }
  if (!option.has_value) {
    builder.refuse(option, "it asks for a number: " + std::string(name) + ":N, !N, >N, <N or N-M");
    return true;
  }
  const ReadNumber number = read_number_test(option.value.text, UINT64_MAX, field->names);
  if (number.ok)
    builder.add_number(option, std::string(name), number.test);
  else
    builder.refuse(option, number.reason);
  return true;
}

}  // namespace gatehouse::ips::compile
