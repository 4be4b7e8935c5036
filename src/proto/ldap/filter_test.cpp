// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/ldap/filter.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/ldap/ldap.hpp"
#include "proto/ldap/test_messages.hpp"
#include "support/session_driver.hpp"

namespace gatehouse::proto::ldap {
namespace {

using namespace test_message;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string kPerson = equal("objectClass", "person");

std::string filter_text(const std::string& filter, FilterEnd end = FilterEnd::whole) {
  std::pmr::string text;
  EXPECT_EQ(write_filter(as_bytes(filter), text), end);
  return std::string(text);
}

TEST(LdapFilter, IsWrittenAsPeopleDo) {
  const std::string substrings = list(context_constructed(4), octets("cn"),
                                      seq(value(context(0), "a"), value(context(1), "b"), value(context(2), "c")));
  const std::string inside = list(context_constructed(4), octets("cn"), seq(value(context(1), "b")));
  const std::string extensible = list(context_constructed(9), value(context(1), "1.2.840.113556.1.4.803"),
                                      value(context(2), "uac"), value(context(3), "2"), value(context(4), "\xff"));
  EXPECT_EQ(filter_text(list(context_constructed(0), kPerson, list(context_constructed(2), value(context(7), "mail")))),
            "(&(objectClass=person)(!(mail=*)))");
  EXPECT_EQ(filter_text(list(context_constructed(1), substrings, inside)), "(|(cn=a*b*c)(cn=*b*))");
  EXPECT_EQ(filter_text(extensible), "(uac:dn:1.2.840.113556.1.4.803:=2)");
  EXPECT_EQ(filter_text(list(context_constructed(5), octets("n"), octets("1"))), "(n>=1)");
  EXPECT_EQ(filter_text(list(context_constructed(6), octets("n"), octets("1"))), "(n<=1)");
  EXPECT_EQ(filter_text(list(context_constructed(8), octets("n"), octets("1"))), "(n~=1)");
  EXPECT_EQ(filter_text(equal("cn", "*)(\\")), "(cn=\\2a\\29\\28\\5c)");
}

TEST(LdapFilter, IsFollowedToALimit) {
  std::string deep = kPerson;
  for (unsigned i = 0; i < kMaxFilterDepth; ++i) deep = list(context_constructed(2), deep);
  EXPECT_THAT(filter_text(deep, FilterEnd::too_deep), HasSubstr("(!(!"));
  EXPECT_EQ(filter_text(equal("cn", std::string(2 * kMaxFilterText, 'x')), FilterEnd::cut).size(), kMaxFilterText);
  EXPECT_EQ(filter_text("\x30\x01x", FilterEnd::malformed), "(");
  test::SessionDriver driver{protocol};
  driver.feed(Direction::to_server, search(1, "", deep));
  EXPECT_THAT(driver.lines(), ElementsAre("event to_server filter_too_deep"));
}

}  // namespace
}  // namespace gatehouse::proto::ldap
