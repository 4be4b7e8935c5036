// SPDX-License-Identifier: GPL-3.0-or-later
#include <array>

#include "config/schema.hpp"

namespace gatehouse::config {
namespace {

using enum Type;
using enum Restart;

constexpr std::array<std::string_view, 2> kActions{"alert", "drop"};  // as IpsAction

constexpr std::array kOptions{
    Option{.key = "ips.enabled",
           .type = boolean,
           .standard = "true",
           .restart = not_needed,
           .about = "Whether traffic is compared with signatures. Without rule files there are none.",
           .set = set_member<[](Config& c) -> auto& { return c.ips.enabled; }>},
    Option{.key = "ips.rules",
           .type = paths,
           .standard = "[]",
           .restart = not_needed,
           .about =
               "Files of signatures in the reference IDS's language, such as Emerging Threats Open. A name may hold "
               "* and ?; relative names begin beside this file.",
           .example = "[rules/*.rules, /etc/gatehouse/local.rules]",
           .set = set_member<[](Config& c) -> auto& { return c.ips.rules; }>},
    Option{.key = "ips.action",
           .type = choice,
           .standard = "drop",
           .choices = kActions,
           .restart = not_needed,
           .about =
               "What becomes of rules that drop or reject: drop: as they say. alert: they only alert, so that one can "
               "see what would be dropped.",
           .set = set_member<[](Config& c) -> auto& { return c.ips.action; }>},
    Option{.key = "ips.enable",
           .type = path,
           .standard = "",
           .restart = not_needed,
           .about = "A list of rules to use that the rule files or ips.disable switch off, in suricata-update's form: "
                    "sids, re:, group:, filename:, metadata:, and also cve: and thing:.",
           .example = "enable.conf",
           .set = set_member<[](Config& c) -> auto& { return c.ips.enable; }>},
    Option{.key = "ips.disable",
           .type = path,
           .standard = "",
           .restart = not_needed,
           .about = "A list of rules not to use, in the same form.",
           .example = "disable.conf",
           .set = set_member<[](Config& c) -> auto& { return c.ips.disable; }>},
    Option{.key = "ips.drop",
           .type = path,
           .standard = "",
           .restart = not_needed,
           .about =
               "A list of rules that drop where they would alert, in the same form. Rules that never alert, and those "
               "that are shipped switched off, become drops by their sid only.",
           .example = "drop.conf",
           .set = set_member<[](Config& c) -> auto& { return c.ips.drop; }>},
    Option{.key = "ips.modify",
           .type = path,
           .standard = "",
           .restart = not_needed,
           .about =
               "A list of changes to the text of rules: on each line a matcher, \"FROM\" (a regular expression) and "
               "\"TO\".",
           .example = "modify.conf",
           .set = set_member<[](Config& c) -> auto& { return c.ips.modify; }>},
    Option{.key = "ips.threshold",
           .type = path,
           .standard = "",
           .restart = not_needed,
           .about = "A threshold.config: how often rules alert, and for which addresses they do not.",
           .example = "threshold.config",
           .set = set_member<[](Config& c) -> auto& { return c.ips.threshold; }>},
    Option{.key = "ips.classification",
           .type = path,
           .standard = "",
           .restart = not_needed,
           .about = "A classification.config: names and priorities of classtypes, beside those that are built in.",
           .example = "rules/classification.config",
           .set = set_member<[](Config& c) -> auto& { return c.ips.classification; }>},
    Option{.key = "ips.reference-config",
           .type = path,
           .standard = "",
           .restart = not_needed,
           .about = "A reference.config: the addresses that references of rules begin with.",
           .example = "rules/reference.config",
           .set = set_member<[](Config& c) -> auto& { return c.ips.reference_config; }>},
    Option{.key = "ips.variables.addresses",
           .type = text_map,
           .standard = "{HOME_NET: \"[192.168.0.0/16,10.0.0.0/8,172.16.0.0/12,fc00::/7,fe80::/10]\", "
                       "EXTERNAL_NET: \"!$HOME_NET\", HTTP_SERVERS: $HOME_NET, SMTP_SERVERS: $HOME_NET, "
                       "SQL_SERVERS: $HOME_NET, DNS_SERVERS: $HOME_NET, TELNET_SERVERS: $HOME_NET, "
                       "AIM_SERVERS: $EXTERNAL_NET, DC_SERVERS: $HOME_NET, DNP3_SERVER: $HOME_NET, "
                       "DNP3_CLIENT: $HOME_NET, MODBUS_CLIENT: $HOME_NET, MODBUS_SERVER: $HOME_NET, "
                       "ENIP_CLIENT: $HOME_NET, ENIP_SERVER: $HOME_NET}",
           .restart = not_needed,
           .about = "Addresses that rules name as $HOME_NET and the like. Names that are left out keep their default.",
           .example = "{HOME_NET: [192.0.2.0/24, \"2001:db8::/32\"]}",
           .set = set_member<[](Config& c) -> auto& { return c.ips.variables.addresses; }>},
    Option{.key = "ips.variables.ports",
           .type = text_map,
           .standard = "{HTTP_PORTS: \"80\", SHELLCODE_PORTS: \"!80\", ORACLE_PORTS: \"1521\", SSH_PORTS: \"22\", "
                       "DNP3_PORTS: \"20000\", MODBUS_PORTS: \"502\", FILE_DATA_PORTS: \"[$HTTP_PORTS,110,143]\", "
                       "FTP_PORTS: \"21\", GENEVE_PORTS: \"6081\", VXLAN_PORTS: \"4789\", TEREDO_PORTS: \"3544\", "
                       "SIP_PORTS: \"[5060,5061]\"}",
           .restart = not_needed,
           .about = "Ports that rules name as $HTTP_PORTS and the like. Names that are left out keep their default.",
           .example = "{HTTP_PORTS: [80, 8080]}",
           .set = set_member<[](Config& c) -> auto& { return c.ips.variables.ports; }>},
    Option{
        .key = "ips.cache",
        .type = path,
        .standard = "/var/lib/gatehouse/ips",
        .about = "A folder for compiled patterns, so that a restart with the same rules is fast. An empty text: none.",
        .example = "/var/lib/gatehouse/ips",
        .set = set_member<[](Config& c) -> auto& { return c.ips.cache; }>},
    Option{.key = "ips.geoip-database",
           .type = path,
           .standard = "",
           .restart = not_needed,
           .about = "A MaxMind database of countries, for rules that ask for them (geoip).",
           .example = "/usr/share/GeoIP/GeoLite2-Country.mmdb",
           .set = set_member<[](Config& c) -> auto& { return c.ips.geoip_database; }>},
    Option{.key = "ips.reputation.categories",
           .type = path,
           .standard = "",
           .restart = not_needed,
           .about = "Names of the categories of ips.reputation.files, for rules that ask for them (iprep).",
           .example = "reputation/categories.txt",
           .set = set_member<[](Config& c) -> auto& { return c.ips.reputation.categories; }>},
    Option{.key = "ips.reputation.files",
           .type = paths,
           .standard = "[]",
           .restart = not_needed,
           .about = "Files of addresses with their category and score.",
           .example = "[reputation/*.list]",
           .set = set_member<[](Config& c) -> auto& { return c.ips.reputation.files; }>},
};

}  // namespace

const Section kIpsSection{"ips", "Signatures: which rules are used, and what they may do.", kOptions};

}  // namespace gatehouse::config
