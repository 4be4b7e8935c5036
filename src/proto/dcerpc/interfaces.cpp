// SPDX-License-Identifier: GPL-3.0-or-later
#include "proto/dcerpc/interfaces.hpp"

namespace gatehouse::proto::dcerpc {
namespace {

struct Row {
  Uuid uuid;
  std::string_view name;
};

// Names are the short ones of Microsoft's open specifications (MS-RPCE's family) and of IEC 61158-6-10.
constexpr std::array kRows{
    Row{kEndpointMapper, "epmapper"},
    Row{Uuid::of("afa8bd80-7d8a-11c9-bef4-08002b102989"), "mgmt"},
    Row{Uuid::of("12345778-1234-abcd-ef00-0123456789ab"), "lsarpc"},
    Row{Uuid::of("12345778-1234-abcd-ef00-0123456789ac"), "samr"},
    Row{Uuid::of("12345678-1234-abcd-ef00-01234567cffb"), "netlogon"},
    Row{Uuid::of("12345678-1234-abcd-ef00-0123456789ab"), "spoolss"},
    Row{Uuid::of("76f03f96-cdfd-44fc-a22c-64950a001209"), "iremotewinspool"},
    Row{Uuid::of("4b324fc8-1670-01d3-1278-5a47bf6ee188"), "srvsvc"},
    Row{Uuid::of("6bffd098-a112-3610-9833-46c3f87e345a"), "wkssvc"},
    Row{Uuid::of("367abb81-9844-35f1-ad32-98f038001003"), "svcctl"},
    Row{Uuid::of("338cd001-2244-31f1-aaaa-900038001003"), "winreg"},
    Row{Uuid::of("1ff70682-0a51-30e8-076d-740be8cee98b"), "atsvc"},
    Row{Uuid::of("378e52b0-c0a9-11cf-822d-00aa0051e40f"), "sasec"},
    Row{Uuid::of("86d35949-83c9-4044-b424-db363231fd0c"), "itaskschedulerservice"},
    Row{Uuid::of("82273fdc-e32a-18c3-3f78-827929dc23ea"), "eventlog"},
    Row{Uuid::of("f6beaff7-1e19-4fbb-9f8f-b89e2018337c"), "eventlog6"},
    Row{Uuid::of("4fc742e0-4a10-11cf-8273-00aa004ae673"), "netdfs"},
    Row{Uuid::of("c681d488-d850-11d0-8c52-00c04fd90f7e"), "efsrpc"},
    Row{Uuid::of("df1941c5-fe89-4e79-bf10-463657acf44d"), "efsrpc"},
    Row{Uuid::of("3919286a-b10c-11d0-9ba8-00c04fd92ef5"), "dssetup"},
    Row{Uuid::of("e3514235-4b06-11d1-ab04-00c04fc2dcd2"), "drsuapi"},
    Row{Uuid::of("f5cc5a18-4264-101a-8c59-08002b2f8426"), "nspi"},
    Row{Uuid::of("a4f1db00-ca47-1067-b31f-00dd010662da"), "emsmdb"},
    Row{Uuid::of("1544f5e0-613c-11d1-93df-00c04fd7bd09"), "rfr"},
    Row{Uuid::of("50abc2a4-574d-40b3-9d66-ee4fd5fba076"), "dnsserver"},
    Row{Uuid::of("6bffd098-a112-3610-9833-012892020162"), "browser"},
    Row{Uuid::of("5ca4a760-ebb1-11cf-8611-00a0245420ed"), "winstation"},
    Row{Uuid::of("82ad4280-036b-11cf-972c-00aa006887b0"), "inetinfo"},
    Row{Uuid::of("17fdd703-1827-4e34-79d4-24a55c53bb37"), "msgsvc"},
    Row{Uuid::of("5a7b91f8-ff00-11d0-a9b2-00c04fb6e6fc"), "msgsvcsend"},
    Row{Uuid::of("8d9f4e40-a03d-11ce-8f69-08003e30051b"), "pnp"},
    Row{Uuid::of("8d0ffe72-d252-11d0-bf8f-00c04fd9126b"), "keysvc"},
    Row{Uuid::of("2f5f6520-ca46-1067-b319-00dd010662da"), "tapsrv"},
    Row{Uuid::of("811109bf-a4e1-11d1-ab54-00a0c91e9b45"), "winsi2"},
    Row{Uuid::of("3c4728c5-f0ab-448b-bda1-6ce01eb0a6d5"), "dhcpcsvc"},
    Row{Uuid::of("6bffd098-a112-3610-9833-46c3f874532d"), "dhcpsrv"},
    Row{Uuid::of("5b821720-f63b-11d0-aad2-00c04fc324db"), "dhcpsrv2"},
    Row{Uuid::of("d95afe70-a6d5-4259-822e-2c84da1ddb0d"), "initshutdown"},
    Row{Uuid::of("894de0c0-0d55-11d3-a322-00c04fa321a1"), "initshutdown"},
    Row{Uuid::of("88143fd0-c28d-4b2b-8fef-8d882f6a9390"), "tsenumeration"},
    Row{Uuid::of("bde95fdf-eee0-45de-9e12-e5a61cd0d4fe"), "rcmpublic"},
    Row{Uuid::of("497d95a6-2d27-4bf5-9bbd-a6046957133c"), "rcmlistener"},
    Row{Uuid::of("11899a43-2b68-4a76-92e3-a3d6ad8c26ce"), "terminalserver"},
    Row{Uuid::of("c8cb7687-e6d3-11d2-a958-00c04f682e16"), "davclntrpc"},
    Row{Uuid::of("e33c0cc4-0482-101a-bc0c-02608c6ba218"), "locator"},
    Row{Uuid::of("d6d70ef0-0e3b-11cb-acc3-08002b1d29c4"), "nsis"},
    Row{Uuid::of("91ae6020-9e3c-11cf-8d7c-00aa00c091be"), "icertpassage"},
    Row{Uuid::of("d99e6e70-fc88-11d0-b498-00a0c90312f3"), "icertrequestd"},
    Row{Uuid::of("3dde7c30-165d-11d1-ab8f-00805f14db40"), "backupkey"},
    Row{Uuid::of("a8e0653c-2744-4389-a61d-7373df8b2292"), "fileserviceshadowcopy"},
    // The Component Object Model over the network (MS-DCOM 1.9).
    Row{Uuid::of("99fcfec4-5260-101b-bbcb-00aa0021347a"), "iobjectexporter"},
    Row{Uuid::of("4d9f4ab8-7d1c-11cf-861e-0020af6e7c57"), "iactivation"},
    Row{Uuid::of("000001a0-0000-0000-c000-000000000046"), "iremotescmactivator"},
    Row{Uuid::of("00000131-0000-0000-c000-000000000046"), "iremunknown"},
    Row{Uuid::of("00000143-0000-0000-c000-000000000046"), "iremunknown2"},
    Row{Uuid::of("00020400-0000-0000-c000-000000000046"), "idispatch"},
    // Windows Management Instrumentation (MS-WMI 1.9).
    Row{Uuid::of("f309ad18-d86a-11d0-a075-00c04fb68820"), "iwbemlevel1login"},
    Row{Uuid::of("9556dc99-828c-11cf-a37e-00aa003240c7"), "iwbemservices"},
    Row{Uuid::of("027947e1-d731-11ce-a357-000000000001"), "ienumwbemclassobject"},
    Row{Uuid::of("1c1c45ee-4395-11d2-b60b-00104b703efd"), "iwbemfetchsmartenum"},
    Row{Uuid::of("423ec01e-2e35-11d2-b604-00104b703efd"), "iwbemwcosmartenum"},
    // OPC's data access, over DCOM.
    Row{Uuid::of("39c13a4d-011e-11d0-9675-0020afd8adb3"), "iopcserver"},
    Row{Uuid::of("39c13a50-011e-11d0-9675-0020afd8adb3"), "iopcgroupstatemgt"},
    Row{Uuid::of("39c13a52-011e-11d0-9675-0020afd8adb3"), "iopcsyncio"},
    Row{Uuid::of("39c13a54-011e-11d0-9675-0020afd8adb3"), "iopcitemmgt"},
    Row{Uuid::of("39c13a70-011e-11d0-9675-0020afd8adb3"), "iopcdatacallback"},
    Row{Uuid::of("39c13a71-011e-11d0-9675-0020afd8adb3"), "iopcasyncio2"},
    // PROFINET IO (IEC 61158-6-10).
    Row{Uuid::of("dea00001-6c97-11d1-8271-00a02442df7d"), "profinet_io_device"},
    Row{Uuid::of("dea00002-6c97-11d1-8271-00a02442df7d"), "profinet_io_controller"},
    Row{Uuid::of("dea00003-6c97-11d1-8271-00a02442df7d"), "profinet_io_supervisor"},
    Row{Uuid::of("dea00004-6c97-11d1-8271-00a02442df7d"), "profinet_io_parameter_server"},
};

}  // namespace

std::string_view interface_name(const Uuid& interface) noexcept {
  for (const Row& row : kRows)
    if (row.uuid == interface) return row.name;
  return {};
}

}  // namespace gatehouse::proto::dcerpc
