// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/rdp/names.hpp"

namespace gatehouse::proto::rdp {
namespace {

// Build numbers that Windows had when it was released.
constexpr std::array kBuilds{
    NamedNumber{528, "Windows NT 3.1"},
    NamedNumber{807, "Windows NT 3.5"},
    NamedNumber{1057, "Windows NT 3.51"},
    NamedNumber{1381, "Windows NT 4.0"},
    NamedNumber{2195, "Windows 2000"},
    NamedNumber{2600, "Windows XP"},
    NamedNumber{3790, "Windows Server 2003"},
    NamedNumber{6000, "Windows Vista RTM"},
    NamedNumber{6001, "Windows Vista SP1"},
    NamedNumber{6002, "Windows Vista SP2"},
    NamedNumber{7600, "Windows 7 RTM"},
    NamedNumber{7601, "Windows 7 SP1"},
    NamedNumber{9200, "Windows 8"},
    NamedNumber{9600, "Windows 8.1"},
    NamedNumber{10240, "Windows 10 TH1"},
    NamedNumber{10586, "Windows 10 TH2"},
    NamedNumber{14393, "Windows 10 RS1"},
    NamedNumber{15063, "Windows 10 RS2"},
    NamedNumber{16299, "Windows 10 RS3"},
    NamedNumber{17134, "Windows 10 RS4"},
    NamedNumber{17763, "Windows 10 RS5"},
    NamedNumber{18362, "Windows 10 19H1"},
    NamedNumber{18363, "Windows 10 19H2"},
    NamedNumber{19041, "Windows 10 20H1"},
    NamedNumber{19042, "Windows 10 20H2"},
    NamedNumber{19043, "Windows 10 21H1"},
    NamedNumber{19044, "Windows 10 21H2"},
    NamedNumber{19045, "Windows 10 22H2"},
    NamedNumber{20348, "Windows Server 2022"},
    NamedNumber{22000, "Windows 11 21H2"},
    NamedNumber{22621, "Windows 11 22H2"},
    NamedNumber{22631, "Windows 11 23H2"},
    NamedNumber{26100, "Windows 11 24H2"},
};

// [MS-LCID], 2.2: the languages that keyboards are sold for.
constexpr std::array kLanguages{
    NamedNumber{0x0401, "ar-SA"},        NamedNumber{0x0402, "bg-BG"},      NamedNumber{0x0403, "ca-ES"},
    NamedNumber{0x0404, "zh-TW"},        NamedNumber{0x0405, "cs-CZ"},      NamedNumber{0x0406, "da-DK"},
    NamedNumber{0x0407, "de-DE"},        NamedNumber{0x0408, "el-GR"},      NamedNumber{0x0409, "en-US"},
    NamedNumber{0x040a, "es-ES_tradnl"}, NamedNumber{0x040b, "fi-FI"},      NamedNumber{0x040c, "fr-FR"},
    NamedNumber{0x040d, "he-IL"},        NamedNumber{0x040e, "hu-HU"},      NamedNumber{0x040f, "is-IS"},
    NamedNumber{0x0410, "it-IT"},        NamedNumber{0x0411, "ja-JP"},      NamedNumber{0x0412, "ko-KR"},
    NamedNumber{0x0413, "nl-NL"},        NamedNumber{0x0414, "nb-NO"},      NamedNumber{0x0415, "pl-PL"},
    NamedNumber{0x0416, "pt-BR"},        NamedNumber{0x0417, "rm-CH"},      NamedNumber{0x0418, "ro-RO"},
    NamedNumber{0x0419, "ru-RU"},        NamedNumber{0x041a, "hr-HR"},      NamedNumber{0x041b, "sk-SK"},
    NamedNumber{0x041c, "sq-AL"},        NamedNumber{0x041d, "sv-SE"},      NamedNumber{0x041e, "th-TH"},
    NamedNumber{0x041f, "tr-TR"},        NamedNumber{0x0420, "ur-PK"},      NamedNumber{0x0421, "id-ID"},
    NamedNumber{0x0422, "uk-UA"},        NamedNumber{0x0423, "be-BY"},      NamedNumber{0x0424, "sl-SI"},
    NamedNumber{0x0425, "et-EE"},        NamedNumber{0x0426, "lv-LV"},      NamedNumber{0x0427, "lt-LT"},
    NamedNumber{0x0428, "tg-Cyrl-TJ"},   NamedNumber{0x0429, "fa-IR"},      NamedNumber{0x042a, "vi-VN"},
    NamedNumber{0x042b, "hy-AM"},        NamedNumber{0x042c, "az-Latn-AZ"}, NamedNumber{0x042d, "eu-ES"},
    NamedNumber{0x042e, "hsb-DE"},       NamedNumber{0x042f, "mk-MK"},      NamedNumber{0x0436, "af-ZA"},
    NamedNumber{0x0437, "ka-GE"},        NamedNumber{0x0438, "fo-FO"},      NamedNumber{0x0439, "hi-IN"},
    NamedNumber{0x043a, "mt-MT"},        NamedNumber{0x043b, "se-NO"},      NamedNumber{0x043e, "ms-MY"},
    NamedNumber{0x043f, "kk-KZ"},        NamedNumber{0x0440, "ky-KG"},      NamedNumber{0x0441, "sw-KE"},
    NamedNumber{0x0442, "tk-TM"},        NamedNumber{0x0443, "uz-Latn-UZ"}, NamedNumber{0x0444, "tt-RU"},
    NamedNumber{0x0445, "bn-IN"},        NamedNumber{0x0446, "pa-IN"},      NamedNumber{0x0447, "gu-IN"},
    NamedNumber{0x0449, "ta-IN"},        NamedNumber{0x044a, "te-IN"},      NamedNumber{0x044b, "kn-IN"},
    NamedNumber{0x044c, "ml-IN"},        NamedNumber{0x044e, "mr-IN"},      NamedNumber{0x0450, "mn-MN"},
    NamedNumber{0x0451, "bo-CN"},        NamedNumber{0x0452, "cy-GB"},      NamedNumber{0x0453, "km-KH"},
    NamedNumber{0x0454, "lo-LA"},        NamedNumber{0x0455, "my-MM"},      NamedNumber{0x0456, "gl-ES"},
    NamedNumber{0x045b, "si-LK"},        NamedNumber{0x045e, "am-ET"},      NamedNumber{0x0461, "ne-NP"},
    NamedNumber{0x0462, "fy-NL"},        NamedNumber{0x0463, "ps-AF"},      NamedNumber{0x0464, "fil-PH"},
    NamedNumber{0x046e, "lb-LU"},        NamedNumber{0x0480, "ug-CN"},      NamedNumber{0x0481, "mi-NZ"},
    NamedNumber{0x0801, "ar-IQ"},        NamedNumber{0x0804, "zh-CN"},      NamedNumber{0x0807, "de-CH"},
    NamedNumber{0x0809, "en-GB"},        NamedNumber{0x080a, "es-MX"},      NamedNumber{0x080c, "fr-BE"},
    NamedNumber{0x0810, "it-CH"},        NamedNumber{0x0813, "nl-BE"},      NamedNumber{0x0814, "nn-NO"},
    NamedNumber{0x0816, "pt-PT"},        NamedNumber{0x081a, "sr-Latn-CS"}, NamedNumber{0x081d, "sv-FI"},
    NamedNumber{0x083c, "ga-IE"},        NamedNumber{0x0845, "bn-BD"},      NamedNumber{0x0c01, "ar-EG"},
    NamedNumber{0x0c04, "zh-HK"},        NamedNumber{0x0c07, "de-AT"},      NamedNumber{0x0c09, "en-AU"},
    NamedNumber{0x0c0a, "es-ES"},        NamedNumber{0x0c0c, "fr-CA"},      NamedNumber{0x0c1a, "sr-Cyrl-CS"},
    NamedNumber{0x1004, "zh-SG"},        NamedNumber{0x1007, "de-LU"},      NamedNumber{0x1009, "en-CA"},
    NamedNumber{0x100c, "fr-CH"},        NamedNumber{0x1409, "en-NZ"},      NamedNumber{0x140c, "fr-LU"},
    NamedNumber{0x141a, "bs-Latn-BA"},   NamedNumber{0x1809, "en-IE"},      NamedNumber{0x1c09, "en-ZA"},
    NamedNumber{0x2c0a, "es-AR"},        NamedNumber{0x4009, "en-IN"},
};

}  // namespace

std::string_view windows_of_build(std::uint32_t build) noexcept {
  return name_of(kBuilds, build);
}

std::string_view language_of_layout(std::uint32_t layout) noexcept {
  return name_of(kLanguages, layout);
}

}  // namespace gatehouse::proto::rdp
