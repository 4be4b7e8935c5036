// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/tls/identity.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gatehouse::proto::tls;
  std::pmr::unsynchronized_pool_resource memory;
  Identity alone{memory}, list{memory};
  alone.read_single({data, size});
  list.read({data, size});
  for (const Identity* who : {&alone, &list}) {
    if (!who->known()) continue;
    std::array<char, 64> room;
    gatehouse::proto::BoundedText text{room};
    write_date(who->certificate().not_before, text);
    for (std::size_t i = 0; i < who->alternative_names(); ++i) (void)who->alternative_name(i);
  }
  return 0;
}
