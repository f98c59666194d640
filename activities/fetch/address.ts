import { BlockList, isIPv4 } from 'node:net';

type Range = readonly [network: string, prefix: number];

/** IPv4 that is not of the public Internet: IANA's registries of special-purpose and multicast addresses. */
const SPECIAL_IPV4: readonly Range[] = [
  ['0.0.0.0', 8], // this network
  ['10.0.0.0', 8], // private
  ['100.64.0.0', 10], // behind a carrier's NAT
  ['127.0.0.0', 8], // loopback
  ['169.254.0.0', 16], // link-local, and the metadata of clouds
  ['172.16.0.0', 12], // private
  ['192.0.0.0', 24], // protocols
  ['192.0.2.0', 24], // documentation
  ['192.88.99.0', 24], // relays of 6to4
  ['192.168.0.0', 16], // private
  ['198.18.0.0', 15], // benchmarks
  ['198.51.100.0', 24], // documentation
  ['203.0.113.0', 24], // documentation
  ['224.0.0.0', 4], // multicast
  ['240.0.0.0', 4], // reserved, and broadcast
  // Public by its number, but Azure's host towards its own machines.
  ['168.63.129.16', 32],
];

/** What of IPv6 may be public: the global unicast addresses, and IPv4 written as IPv6 or behind NAT64 (RFC 6052). */
const GLOBAL_IPV6: readonly Range[] = [
  ['2000::', 3],
  ['::ffff:0:0', 96],
  ['64:ff9b::', 96],
];

/** What of that is not. */
const SPECIAL_IPV6: readonly Range[] = [
  ['2001::', 23], // protocols, and Teredo, which leads to an IPv4 address
  ['2001:db8::', 32], // documentation
  ['2002::', 16], // 6to4, which leads to an IPv4 address
  ['3fff::', 20], // documentation
  ...SPECIAL_IPV4.map(([network, prefix]): Range => [`64:ff9b::${network}`, 96 + prefix]),
];

/** A list of ranges; one of IPv4 holds such addresses written as IPv6 too. */
export function listOf(ranges: readonly Range[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, familyOf(network));
  return list;
}

/** Whether a list of `listOf` holds an address. */
export function holds(list: BlockList, address: string): boolean {
  const plain = address.replace(/%.*$/, '');
  return list.check(plain, familyOf(plain));
}

const special = listOf([...SPECIAL_IPV4, ...SPECIAL_IPV6]);
const global = listOf(GLOBAL_IPV6);

/** Whether an IP address is one of the public Internet, by its number. */
export function isPublic(address: string): boolean {
  return (isIPv4(address) || holds(global, address)) && !holds(special, address);
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6';
}
