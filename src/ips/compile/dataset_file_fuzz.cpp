// SPDX-License-Identifier: GPL-3.0-or-later
// The first byte says how the rest is read.
#include "ips/compile/dataset_file.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  using namespace gatehouse::ips::compile;
  if (size == 0) return 0;
  const auto type = static_cast<ValueType>(data[0] % 5);
  const auto format = static_cast<DatasetFormat>(data[0] / 5 % 3);
  const std::string_view text = as_text({data + 1, size - 1});
  ValueSet values{1u << 20};
  if (format == DatasetFormat::csv)
    (void)read_csv(text, type, (data[0] & 0x80) != 0, values);
  else
    (void)read_json(text, format, type, {"v", (data[0] & 0x80) != 0 ? "a.b" : "", (data[0] & 0x40) != 0}, values);
  values.for_each([&](Bytes value, std::uint16_t) {
    if (!values.find(value) || line_of(type, value).empty() != value.empty()) __builtin_trap();
  });
  return 0;
}
