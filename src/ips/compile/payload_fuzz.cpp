// SPDX-License-Identifier: GPL-3.0-or-later
// Before the first zero byte the options of a rule, behind it the bytes that they are asked of.
#include "ips/compile/test_options.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse;
  const std::string_view all = as_text({data, size});
  const auto zero = all.find('\0');
  const ips::compile::test::BuiltOptions built{all.substr(0, zero)};
  if (built.builder.refused() || zero == all.npos) return 0;
  static ips::InspectSpace space;
  const Bytes bytes = as_bytes(all.substr(zero + 1));
  for (const auto& chain : built.builder.chains) {
    space.start_signature();
    (void)ips::inspect(chain.steps, {bytes, 0, true}, space, ips::Scene{});
    (void)ips::inspect(chain.steps, {bytes, 7, false}, space, ips::Scene{});
  }
  return 0;
}
