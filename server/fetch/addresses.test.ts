// Which addresses are public, range by range, at both ends of each.
import { describe, expect, it } from "vitest";
import { isPublicAddress } from "./addresses.ts";

describe("isPublicAddress", () => {
  it.each([
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.1",
    "169.253.255.255",
    "169.255.0.0",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "192.169.0.0",
    "198.17.255.255",
    "198.20.0.0",
    "223.255.255.255",
    "2606:4700:4700::1111",
    "2a00:1450:4001:81b::200e",
    "2400:cb00::1",
  ])("lets %s through", (address) => expect(isPublicAddress(address)).toBe(true));

  it.each([
    ["this network", "0.0.0.0", "0.255.255.255"],
    ["private", "10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.0", "192.168.255.255"],
    ["carrier-grade NAT and Alibaba's metadata", "100.64.0.0", "100.127.255.255", "100.100.100.200"],
    ["loopback", "127.0.0.0", "127.0.0.1", "127.255.255.255"],
    ["link-local and the clouds' metadata", "169.254.0.0", "169.254.169.254", "169.254.170.2", "169.254.255.255"],
    ["protocol assignments and Oracle's metadata", "192.0.0.0", "192.0.0.192", "192.0.0.255"],
    ["documentation", "192.0.2.0", "192.0.2.255", "198.51.100.1", "203.0.113.255"],
    ["6to4's relays", "192.88.99.1"],
    ["benchmarking", "198.18.0.0", "198.19.255.255"],
    ["multicast", "224.0.0.0", "239.255.255.255"],
    ["reserved and broadcast", "240.0.0.0", "255.255.255.254", "255.255.255.255"],
    ["Azure's wire server", "168.63.129.16"],
    ["unspecified and loopback", "::", "::1"],
    ["IPv4-compatible", "::7f00:1", "::8.8.8.8"],
    ["IPv4-mapped", "::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:8.8.8.8", "::ffff:0:127.0.0.1"],
    ["NAT64", "64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::a00:1", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff"],
    ["6to4", "2002:7f00:1::", "2002:a00:1::1", "2002:c0a8:101::1"],
    ["Teredo", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    ["discard", "100::1"],
    ["unique local and Amazon's and Google's metadata", "fc00::", "fdff::1", "fd00:ec2::254", "fd20:ce::254"],
    ["link-local and site-local", "fe80::1", "febf::1", "fec0::1", "fe80::1%eth0"],
    ["multicast", "ff00::", "ff02::1"],
    ["documentation", "2001:db8::1", "2001:db8:ffff::1", "3fff::1", "3fff:fff:ffff::1"],
    ["benchmarking, ORCHID and other assignments", "2001:2::1", "2001:10::1", "2001:20::1", "2001:1ff::1"],
    ["segment routing", "5f00::1"],
    ["what is not given out", "4000::1", "8000::1", "e000::1", "1::1"],
    ["what is no address", "", "localhost", "127.1", "0x7f.0.0.1", "2130706433", "017700000001", "1.1.1.1 ", "1.1.1.1.", "[::1]"],
  ])("refuses %s", (_range, ...addresses) => {
    expect(addresses.filter(isPublicAddress)).toEqual([]);
  });
});
